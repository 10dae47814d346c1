import { runStates, type RunState } from '@cobench/shared/runs/life-cycle';
import type { Run } from '@cobench/shared/runs/run';
import { newerRun } from './run-state.ts';

/** Which runs a board shows; null and no state at all: any. */
export type BoardFilter = {
  projectId: string | null;
  states: readonly RunState[];
  instrumentId: string | null;
  createdBy: string | null;
  q: string;
};

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

/** Whether a run is among those that a board shows. */
export function belongs(run: Run, filter: BoardFilter): boolean {
  const { projectId, states, instrumentId, createdBy, q } = filter;
  return (
    (projectId === null || run.projectId === projectId) &&
    (states.length === 0 || states.includes(run.state)) &&
    (instrumentId === null || run.instrumentId === instrumentId) &&
    (createdBy === null || run.createdBy === createdBy) &&
    run.name.toLocaleLowerCase().includes(q.toLocaleLowerCase())
  );
}

/** What the server is asked for. */
export const choiceOf = ({ projectId, instrumentId, createdBy, q }: BoardFilter) => ({
  projectId: projectId ?? undefined,
  instrumentId: instrumentId ?? undefined,
  createdBy: createdBy ?? undefined,
  q: q === '' ? undefined : q,
});

/** Whether anything is left out besides other projects. */
export const isNarrowed = ({ states, instrumentId, createdBy, q }: BoardFilter): boolean =>
  states.length > 0 || instrumentId !== null || createdBy !== null || q !== '';

/** Reads the states in an address; what is none is left out. */
export const statesIn = (parameter: string | null): RunState[] =>
  runStates.filter((state) => (parameter ?? '').split(',').includes(state));
