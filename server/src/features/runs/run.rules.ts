import { hasEnded, mayBecome, waysOn, type RunState } from '@cobench/shared/runs/life-cycle';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import { Fault } from '../../platform/fault.ts';
import type { Happening, RunChange } from './run.repo.ts';

/** What is to be written: the events, and what they make of the run. */
export type Outcome = { happenings: Happening[]; change: RunChange };
type By = { name: string; at: Date };

/**
 * A person's decision: the run goes to another state.
 * @throws Fault `state.conflict`, naming the legal ways on, where the life of a run does not allow it.
 */
export function decided(run: Run, to: { state: RunState; reason?: string }, by: By): Outcome {
  const { state, reason = '' } = to;
  requireWay(run.state, state);
  const happening: Happening = { kind: 'state', state, reason, by: by.name, observedAt: null };
  return { happenings: [happening], change: stateChange(state, reason, by.at) };
}

/**
 * What an instrument's report makes of a run. Only a running run takes events; the first of them may start it, the
 * last may end it.
 * @throws Fault `state.conflict` otherwise.
 */
export function reported(run: Run, events: readonly ReportedEvent[], by: By): Outcome {
  let { state } = run;
  const change: RunChange = { heartbeatAt: by.at.toISOString() };
  const happenings = events.map((event): Happening => {
    const observedAt = event.observedAt ?? null;
    if (event.kind === 'state') {
      requireWay(state, event.state);
      ({ state } = event);
      Object.assign(change, stateChange(state, event.reason, by.at));
      return { ...event, observedAt, by: by.name };
    }
    requireRunning(state);
    if (event.kind === 'progress') change.progress = event.fraction;
    return { ...event, observedAt };
  });
  return { happenings, change };
}

/** @throws Fault `state.conflict` unless the run is running. */
export function requireRunning(state: RunState): void {
  if (state === 'running') return;
  throw new Fault('state.conflict', { detail: `Only a running run takes events. ${waysOn(state)}` });
}

function requireWay(from: RunState, to: RunState): void {
  if (!mayBecome(from, to)) throw new Fault('state.conflict', { detail: waysOn(from) });
}

function stateChange(state: RunState, reason: string, at: Date): RunChange {
  const now = at.toISOString();
  if (state === 'running') return { state, startedAt: now };
  if (!hasEnded(state)) return { state };
  return { state, finishedAt: now, reason: state === 'completed' ? '' : reason };
}
