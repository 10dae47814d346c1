import type { ReportedResult } from '../runs/result.ts';
import type { LogLevel, ReportedEvent } from '../runs/run-event.ts';
import type { StepTurn } from '../runs/step.ts';

const largest = 1e100;
const longestText = 4000;

/** A result; without a unit it is a number or a word, without a tolerance it is neither passed nor failed. */
export type NewResult = Pick<ReportedResult, 'name' | 'value'> & Partial<ReportedResult>;

/** What an instrument says, as events; each tells when it was seen. */
export const reports = (observedAt: () => string) => ({
  /** @throws RangeError for what is no measurement: one such value would make the server refuse the whole batch. */
  metric(name: string, value: number, unit = ''): ReportedEvent {
    if (!(Math.abs(value) <= largest)) throw new RangeError(`${name} is ${value}: a measurement is a finite number.`);
    return { kind: 'metric', name, value, unit, observedAt: observedAt() };
  },
  /** A fraction from 0 to 1; what is outside is the nearer of the two. */
  progress(fraction: number): ReportedEvent {
    return { kind: 'progress', fraction: Math.min(1, Math.max(0, fraction)), observedAt: observedAt() };
  },
  /** A line of the log; what is longer than the server takes is cut. */
  log(level: LogLevel, text: string): ReportedEvent {
    return { kind: 'log', level, text: text.slice(0, longestText), observedAt: observedAt() };
  },
  step(name: string, turn: StepTurn): ReportedEvent {
    return { kind: 'step', name, turn, observedAt: observedAt() };
  },
  result({ name, value, unit = '', tolerance = null }: NewResult): ReportedEvent {
    return { kind: 'result', result: { name, value, unit, tolerance }, observedAt: observedAt() };
  },
  state(state: 'running' | 'completed' | 'failed', reason = ''): ReportedEvent {
    return { kind: 'state', state, reason, observedAt: observedAt() };
  },
});
