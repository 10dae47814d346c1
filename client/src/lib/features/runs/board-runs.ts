import { runStates, type RunState } from '@cobench/shared/runs/life-cycle';
import type { Run } from '@cobench/shared/runs/run';
import { newerRun } from './run-state.ts';

/** Which runs a board shows. */
export type BoardFilter = { projectId: string | null; state: RunState | null; q: string };

/** Each run that belongs on the board once, as it is newest, newest first. */
export function boardRuns(fetched: readonly Run[], heard: readonly Run[], filter: BoardFilter): Run[] {
  const byId = new Map<string, Run>();
  for (const run of [...fetched, ...heard]) {
    const known = byId.get(run.id);
    byId.set(run.id, known ? newerRun(known, run) : run);
  }
  // Ids grow with time, and unlike times they never tie.
  return [...byId.values()].filter((run) => belongs(run, filter)).toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** The columns of the board, in the order of a run's life; a filter by state leaves one. */
export const columnsOf = (runs: readonly Run[], only: RunState | null): { state: RunState; runs: Run[] }[] =>
  runStates
    .filter((state) => only === null || state === only)
    .map((state) => ({ state, runs: runs.filter((run) => run.state === state) }));

function belongs(run: Run, { projectId, state, q }: BoardFilter): boolean {
  const inProject = projectId === null || run.projectId === projectId;
  const inState = state === null || run.state === state;
  return inProject && inState && run.name.toLocaleLowerCase().includes(q.toLocaleLowerCase());
}
