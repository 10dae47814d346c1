import { isLogged, holds, logLine, type LoggedEvent } from '@cobench/shared/runs/log-line';
import type { LogLevel, RunEvent } from '@cobench/shared/runs/run-event';
import { authorize, type Actor } from '../../platform/access.ts';
import { logText, telemetryCsv } from './run-files.ts';
import type { RunLog, RunRepo } from './run.repo.ts';

type ById = { id: string };
type Deps = { repo: Pick<RunRepo, 'find'>; log: Pick<RunLog, 'after' | 'logged'> };
type Filter = { q?: string | undefined; levels?: readonly LogLevel[] | undefined };
type Wanted = ById & Filter & { before?: number | undefined; after?: number | undefined; limit: number };
type Part = { items: LoggedEvent[]; from: number; to: number; lastSeq: number };

/** So many events are read at a time for a file. */
const chunk = 1000;
/** So many batches with lines are looked at for one answer, however few of these are wanted. */
const mostLookedAt = 5000;

/** What people read and keep of the history of a run. */
export function runLogService({ repo, log }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  async function* batches(orgId: string, runId: string): AsyncGenerator<RunEvent[], void, undefined> {
    let seen = 0;
    for (;;) {
      const events = await log.after(orgId, runId, { after: seen, limit: chunk });
      const last = events.at(-1);
      if (last === undefined) return;
      yield events;
      seen = last.seq;
    }
  }

  return {
    /** A part of the log; `from` and `to` say what was looked at, so that whoever asks goes on from there. */
    async log(actor: Actor, { id, before, after, limit, ...filter }: Wanted): Promise<Part> {
      const run = await authorize(actor, 'run.read', find(id));
      const { orgId } = actor;
      if (after !== undefined) {
        const isNew = (event: LoggedEvent) => event.seq > after && isWanted(event, filter);
        const { found, stoppedAt, newest } = await wantedOf(log.logged(orgId, id, { after }), isNew, limit);
        const to = stoppedAt ?? Math.max(after, run.lastSeq, newest);
        return { items: found, from: after + 1, to, lastSeq: Math.max(run.lastSeq, to) };
      }
      const end = Math.min(before ?? Infinity, run.lastSeq + 1);
      const isOld = (event: LoggedEvent) => event.seq < end && isWanted(event, filter);
      const { found, stoppedAt } = await wantedOf(log.logged(orgId, id, { before: end }), isOld, limit);
      return { items: found.toReversed(), from: stoppedAt ?? 1, to: end - 1, lastSeq: run.lastSeq };
    },

    async logFile(actor: Actor, { id, format }: ById & { format: 'text' | 'json' }) {
      const run = await authorize(actor, 'run.read', find(id));
      const text = logText(log.logged(actor.orgId, id, { after: 0 }), format);
      return format === 'text'
        ? { name: `${fileName(run.name)}.log`, type: 'text/plain; charset=utf-8', text }
        : { name: `${fileName(run.name)}.jsonl`, type: 'application/jsonl; charset=utf-8', text };
    },

    async telemetryFile(actor: Actor, { id, metric }: ById & { metric?: string | undefined }) {
      const run = await authorize(actor, 'run.read', find(id));
      const text = telemetryCsv(batches(actor.orgId, id), metric);
      return { name: `${fileName(run.name)}.csv`, type: 'text/csv; charset=utf-8', text };
    },
  };
}

/**
 * The first lines that are wanted, as they come, and the event it stopped at; null where it came to the end. `newest` is the
 * greatest number it saw.
 */
async function wantedOf(
  batches: AsyncIterable<RunEvent[]>,
  wanted: (event: LoggedEvent) => boolean,
  limit: number,
): Promise<{ found: LoggedEvent[]; stoppedAt: number | null; newest: number }> {
  const found: LoggedEvent[] = [];
  let [looked, newest] = [0, 0];
  for await (const events of batches) {
    for (const event of events) {
      newest = Math.max(newest, event.seq);
      if (isLogged(event) && wanted(event)) found.push(event);
      if (found.length === limit) return { found, stoppedAt: event.seq, newest };
    }
    const last = events.at(-1);
    if (++looked === mostLookedAt && last) return { found, stoppedAt: last.seq, newest };
  }
  return { found, stoppedAt: null, newest };
}

const isWanted = (event: LoggedEvent, { q = '', levels }: Filter): boolean =>
  (event.kind !== 'log' || levels === undefined || levels.includes(event.level)) &&
  (q === '' || holds(logLine(event), q));

/** A name as a file may be called. */
const fileName = (name: string): string => name.replaceAll(/[^\p{L}\p{N} ._()-]+/gu, '-');
