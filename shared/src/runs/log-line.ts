import type { RunState } from './life-cycle.ts';
import { toleranceWords, valueWords, verdict, type Result } from './result.ts';
import type { LogLevel, RunEvent } from './run-event.ts';
import type { StepTurn } from './step.ts';

/** What stands in the log of a run: everything that happened but measurements and progress. */
export type LoggedEvent = Exclude<RunEvent, { kind: 'metric' | 'progress' }>;

/** One line of the log. `at` is when the instrument saw it, or when it was stored if it did not say. */
export type LogLine = { seq: number; at: string; level: LogLevel | Exclude<LoggedEvent['kind'], 'log'>; text: string };

export const isLogged = (event: RunEvent): event is LoggedEvent => event.kind !== 'metric' && event.kind !== 'progress';

/** What happened, as a line for people to read. */
export function logLine(event: LoggedEvent): LogLine {
  const at = event.observedAt ?? event.at;
  return { seq: event.seq, at, level: event.kind === 'log' ? event.level : event.kind, text: textOf(event) };
}

/** Whether a line holds what is looked for, in capitals or not. */
export const holds = ({ text }: LogLine, wanted: string): boolean => text.toLowerCase().includes(wanted.toLowerCase());

function textOf(event: LoggedEvent): string {
  switch (event.kind) {
    case 'log':
      return event.text;
    case 'state':
      return `${event.by} ${deeds[event.state]}${event.reason === '' ? '' : `: ${event.reason}`}`;
    case 'step':
      return `${event.name} ${turns[event.turn]}`;
    case 'result':
      return resultWords(event.result);
    case 'gap':
      return gapWords(event);
    default:
      return event satisfies never;
  }
}

function gapWords({ sender, from, to }: { sender: string; from: number; to: number }): string {
  const batches = from === to ? `Batch ${from}` : `Batches ${from} to ${to}`;
  return `${batches} of ${sender} did not come in time; what follows was stored without them`;
}

/** What somebody did who brought a run into a state. */
const deeds: Record<RunState, string> = {
  pending: 'set the run back to pending',
  queued: 'queued the run',
  blocked: 'blocked the run',
  running: 'started the run',
  completed: 'completed the run',
  failed: 'marked the run as failed',
  cancelled: 'cancelled the run',
};

const turns: Record<StepTurn, string> = { started: 'has begun', finished: 'is finished', skipped: 'was skipped' };

function resultWords(result: Result): string {
  const { name, unit, tolerance } = result;
  const judged = { pass: 'within', fail: 'outside' };
  const found = verdict(result);
  const words = found !== null && tolerance !== null ? `, ${judged[found]} ${toleranceWords(tolerance, unit)}` : '';
  return `${result.by} recorded ${name}: ${valueWords(result)}${words}`;
}
