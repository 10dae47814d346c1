import { runStates, type RunState } from '@cobench/shared/runs/life-cycle';
import type { Run } from '@cobench/shared/runs/run';
import { newerRun } from './run-state.ts';

/** Which runs a board shows. */
export type BoardFilter = { projectId: string | null; state: RunState | null; q: string };

/** Each run once, as it is newest, newest first. */
export function newestRuns(known: readonly Run[], fresh: readonly Run[]): Run[] {
  const byId = new Map<string, Run>();
  for (const run of [...known, ...fresh]) {
    const other = byId.get(run.id);
    byId.set(run.id, other ? newerRun(other, run) : run);
  }
  // Ids grow with time, and unlike times they never tie.
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** The columns of the board, in the order of a run's life; a filter by state leaves one. */
export const columnsOf = (runs: readonly Run[], only: RunState | null): { state: RunState; runs: Run[] }[] =>
  runStates
    .filter((state) => only === null || state === only)
    .map((state) => ({ state, runs: runs.filter((run) => run.state === state) }));

/** Whether a run is among those that a board shows. */
export function belongs(run: Run, { projectId, state, q }: BoardFilter): boolean {
  const inProject = projectId === null || run.projectId === projectId;
  const inState = state === null || run.state === state;
  return inProject && inState && run.name.toLocaleLowerCase().includes(q.toLocaleLowerCase());
}
