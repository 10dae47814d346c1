import type { RunState } from '@cobench/shared/runs/life-cycle';
import type { LogLevel, RunEvent } from '@cobench/shared/runs/run-event';

/** One line of the log of a run: what the instrument wrote, or that the run changed its state. */
export type LogLine = { seq: number; at: string; level: LogLevel | 'state'; text: string };

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

/** The lines among some events, in their order. */
export const linesOf = (events: readonly RunEvent[]): LogLine[] =>
  events.flatMap((event): LogLine[] => {
    const { seq } = event;
    const at = event.observedAt ?? event.at;
    if (event.kind === 'log') return [{ seq, at, level: event.level, text: event.text }];
    if (event.kind !== 'state') return [];
    const reason = event.reason === '' ? '' : `: ${event.reason}`;
    return [{ seq, at, level: 'state', text: `${event.by} ${deeds[event.state]}${reason}` }];
  });

/** What is looked for in a log. Changes of state are always shown. */
export type LogFilter = { levels: readonly LogLevel[]; text: string };

export const matches = ({ level, text }: LogLine, filter: LogFilter): boolean =>
  (level === 'state' || filter.levels.includes(level)) &&
  text.toLocaleLowerCase().includes(filter.text.toLocaleLowerCase());

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** “14:03:12”. */
export const logTime = (at: string): string => time.format(Date.parse(at));
