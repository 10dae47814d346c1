import type { LockOut } from '@cobench/shared/instruments/lock-out';
import { hasEnded, mayBecome, waysOn, type RunState } from '@cobench/shared/runs/life-cycle';
import { mostResults, type ReportedResult, type Result } from '@cobench/shared/runs/result';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import { stepsAfter } from '@cobench/shared/runs/step';
import { Fault } from '../../platform/fault.ts';
import type { Happening, RunChange } from './run.repo.ts';

/** What is to be written: the events, and what they make of the run. */
export type Outcome = { happenings: Happening[]; change: RunChange };
export type By = { id: string; name: string; at: Date };

/**
 * A person's decision: the run goes to another state.
 * @throws Fault `state.conflict`, naming the legal ways on, where the life of a run does not allow it.
 */
export function decided(run: Run, to: { state: RunState; reason?: string }, by: By): Outcome {
  const { state, reason = '' } = to;
  requireWay(run.state, state);
  const happening: Happening = { kind: 'state', state, reason, by: by.name, observedAt: null };
  return { happenings: [happening], change: stateChange(run, { state, reason }, by.at) };
}

/** A run that waits is blocked, with the words of what keeps its instrument from being used. */
export function blocked(run: Run, lockOut: LockOut, by: By): Outcome {
  const { happenings, change } = decided(run, { state: 'blocked', reason: lockOut.reason }, by);
  return { happenings, change: { ...change, lockOut } };
}

/**
 * A blocked run is queued although the calibration of its instrument is not valid, or an alert holds it, on somebody's
 * responsibility.
 * @throws Fault `instrument.locked-out` where the instrument itself is not up: nobody can answer for that.
 */
export function overridden(run: Run, { lockOut, reason }: { lockOut: LockOut; reason: string }, by: By): Outcome {
  if (lockOut.cause === 'down' || lockOut.cause === 'maintenance') {
    throw new Fault('instrument.locked-out', {
      detail: `${lockOut.reason} Only a calibration or an alert can be overridden.`,
    });
  }
  const { happenings, change } = decided(run, { state: 'queued', reason }, by);
  const override = { lockOut, reason, at: by.at.toISOString(), byId: by.id, byName: by.name };
  return { happenings, change: { ...change, overrides: [...run.overrides, override] } };
}

/** Whether somebody took responsibility for exactly this lock-out; another certificate, alert or cause is another one. */
export const isOverridden = ({ overrides }: Run, { cause, calibrationId, alertId }: LockOut): boolean =>
  overrides.some(
    ({ lockOut }) =>
      lockOut.cause === cause && lockOut.calibrationId === calibrationId && (lockOut.alertId ?? null) === alertId,
  );

/** A result that a person records, of a run that has started. @throws Fault `state.conflict` otherwise. */
export function resulted(run: Run, reported: ReportedResult, by: By): Outcome {
  if (run.startedAt === null) {
    throw new Fault('state.conflict', { detail: `Only a run that has started has results. ${waysOn(run.state)}` });
  }
  const result = resultBy(reported, by);
  return {
    happenings: [{ kind: 'result', result, observedAt: null }],
    change: { results: withResult(run.results, result) },
  };
}

/**
 * What an instrument's report makes of a run. Only a running run takes events; the first of them may start it, the
 * last may end it.
 * @throws Fault `state.conflict` otherwise.
 */
export function reported(run: Run, events: readonly ReportedEvent[], by: By): Outcome {
  const change: RunChange = { heartbeatAt: by.at.toISOString() };
  const happenings = events.map((event): Happening => {
    const state = change.state ?? run.state;
    const observedAt = event.observedAt ?? null;
    if (event.kind === 'state') {
      requireWay(state, event.state);
      Object.assign(change, stateChange({ ...run, ...change }, event, by.at));
      return { ...event, observedAt, by: by.name };
    }
    requireRunning(state);
    switch (event.kind) {
      case 'progress':
        change.progress = event.fraction;
        return { ...event, observedAt };
      case 'step':
        change.steps = stepsAfter(change.steps ?? run.steps, { ...event, at: observedAt ?? by.at.toISOString() });
        return { ...event, observedAt };
      case 'result': {
        const result = resultBy(event.result, by);
        change.results = withResult(change.results ?? run.results, result);
        return { kind: 'result', result, observedAt };
      }
      case 'log':
      case 'metric':
        return { ...event, observedAt };
      default:
        return event satisfies never;
    }
  });
  return { happenings, change };
}

/** @throws Fault `state.conflict` unless the run is running. */
export function requireRunning(state: RunState): void {
  if (state === 'running') return;
  throw new Fault('state.conflict', { detail: `Only a running run takes events. ${waysOn(state)}` });
}

/** @throws Fault `state.conflict`, naming the legal ways on. */
export function requireWay(from: RunState, to: RunState): void {
  if (!mayBecome(from, to)) throw new Fault('state.conflict', { detail: waysOn(from) });
}

function stateChange(run: Run, { state, reason }: { state: RunState; reason: string }, at: Date): RunChange {
  const now = at.toISOString();
  if (state === 'running') return { state, startedAt: now };
  if (!hasEnded(state)) return { state, lockOut: null };
  const ended = { state, finishedAt: now, reason: state === 'completed' ? '' : reason, lockOut: null };
  return {
    ...ended,
    steps: run.steps.map((step) => (step.state === 'running' ? { ...step, ...endedStep(state, now) } : step)),
  };
}

/** What ran when the run ended: finished with a completed run, and otherwise broken off. */
const endedStep = (state: RunState, now: string) =>
  ({ state: state === 'completed' ? 'finished' : 'skipped', finishedAt: now }) as const;

const resultBy = (result: ReportedResult, { id, name, at }: By): Result => ({
  ...result,
  at: at.toISOString(),
  by: name,
  byId: id,
});

/** @throws Fault `state.conflict` where there are too many. */
function withResult(results: readonly Result[], result: Result): Result[] {
  const at = results.findIndex(({ name }) => name === result.name);
  if (at !== -1) return results.with(at, result);
  if (results.length >= mostResults) {
    throw new Fault('state.conflict', { detail: `A run has at most ${mostResults} results.` });
  }
  return [...results, result];
}
