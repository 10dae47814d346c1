import type { RunState } from '@cobench/shared/runs/life-cycle';
import { staleAfter, type Run } from '@cobench/shared/runs/run';
import type { Step } from '@cobench/shared/runs/step';

type Signs = Pick<Run, 'state' | 'heartbeatAt' | 'instrumentId' | 'startedAt'>;

/** The state as it is shown: a running run whose instrument fell silent is stale until it is heard of again. */
export function shownState(run: Signs, now: number): RunState | 'stale' {
  return run.state === 'running' && silence(run, now) > staleAfter ? 'stale' : run.state;
}

/** Milliseconds since the instrument was last heard of. A run that nothing reports on is never silent. */
function silence({ heartbeatAt, instrumentId, startedAt }: Signs, now: number): number {
  const lastSign = heartbeatAt ?? (instrumentId === null ? null : startedAt);
  return lastSign === null ? 0 : now - Date.parse(lastSign);
}

/** Milliseconds a run has been or was under way; null when it never started. */
export function elapsed({ startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>, now: number): number | null {
  if (startedAt === null) return null;
  return Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** Milliseconds that a step has taken or is taking; null before it began, and for one that was skipped. */
export function stepTook({ state, startedAt, finishedAt }: Step, now: number): number | null {
  if (startedAt === null || (state !== 'running' && state !== 'finished')) return null;
  return Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** The colour of a progress bar in each state. */
export function progressTone(state: RunState | 'stale'): 'blue' | 'green' | 'red' | 'grey' {
  if (state === 'running') return 'blue';
  if (state === 'completed') return 'green';
  return state === 'failed' ? 'red' : 'grey';
}

/**
 * Of two copies of a run the newer one. What the server counts and notes only ever grows, so a copy in which anything is
 * smaller is older; `fresh` is taken over when they are equal.
 */
export const newerRun = (known: Run, fresh: Run): Run =>
  fresh.version < known.version || fresh.lastSeq < known.lastSeq || instant(fresh) < instant(known) ? known : fresh;

const instant = ({ heartbeatAt }: Run) => heartbeatAt ?? '';
