import type { DocumentHistory } from '../../features/history/index.ts';
import type { Actor } from '../../platform/access.ts';
import type { WorkerThread } from '../../platform/worker-thread.ts';
import type { DocumentLog } from './log.ts';
import { restoreOrigin } from './origin.ts';
import { documentKey, type CollabDocument, type Person } from './peer.ts';
import type { PastTasks } from './worker/past-tasks.ts';

export type HistoryThread = Pick<WorkerThread<PastTasks>, 'run'>;

type Parts = {
  log: DocumentLog;
  thread: HistoryThread;
  /** Writes an update into a document for a person; resolves when it is durable. */
  write(document: CollabDocument, by: Person, update: Uint8Array): Promise<void>;
  writerOf: (actor: Actor) => Person;
};

/** Bytes and records of a page of the log: as much as the event loop reads without a hitch. */
const maxPageBytes = 1024 * 1024;
const pageRecords = 500;

/**
 * The history of documents on their log. What takes long is done on a thread of its own, so that a document that was
 * asked about lately costs only what was written since.
 */
export function documentHistory({ log, thread, write, writerOf }: Parts): DocumentHistory {
  /** Tells the thread what it does not know yet of a document, and asks. */
  async function ask<T>(document: CollabDocument, question: (key: string, lastSeq: number) => Promise<T>): Promise<T> {
    const key = documentKey(document);
    let known = await thread.run('open', { key });
    try {
      for (;;) {
        const records = await log.records(document, { after: known, limit: pageRecords, maxBytes: maxPageBytes });
        if (records.length === 0) return await question(key, known);
        known = await thread.run('extend', { key, records });
      }
    } finally {
      await thread.run('close', { key });
    }
  }

  return {
    lastSeq: (document) => log.lastSeq(document),

    changes: (document, { after, limit }) => log.records(document, { after, limit, maxBytes: maxPageBytes }),

    state: (document, seq) =>
      ask(document, async (key, last) => {
        if ((seq ?? last) > last) return null;
        const state = await thread.run('state', { key, seq: seq ?? last });
        return { ...state, seq: seq ?? last, lastSeq: last };
      }),

    versions: (document, { named, now }) =>
      ask(document, (key) => thread.run('versions', { key, named, now: now.getTime() })),

    stints: (document) => ask(document, (key) => thread.run('stints', { key })),

    async restore(document, { seq, until }, actor) {
      const found = await ask(document, async (key, last) =>
        Math.max(seq, until ?? 0) > last
          ? null
          : { last, update: await thread.run('restore', { key, seq, until: until ?? last }) },
      );
      if (found === null) return null;
      const { last, update } = found;
      if (update === null) return { seq: last, changed: false };
      const writer = writerOf(actor);
      const by = { ...writer, sessionId: restoreOrigin(seq, writer.sessionId) };
      await write(document, by, update);
      return { seq: await recordBy(document, { after: last, by }), changed: true };
    },
  };

  /** The record that a change was written with: others may have written at the same time. */
  async function recordBy(document: CollabDocument, { after, by }: { after: number; by: Person }): Promise<number> {
    for (let known = after; ;) {
      const records = await log.records(document, { after: known, limit: pageRecords, maxBytes: maxPageBytes });
      const own = records.find(({ parts }) =>
        parts.some(({ personId, sessionId }) => personId === by.id && sessionId === by.sessionId),
      );
      if (own) return own.seq;
      if (records.length === 0) return known;
      known += records.length;
    }
  }
}
