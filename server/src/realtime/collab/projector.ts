import type { DocumentReading } from './document-reading.ts';
import { documentKey, type CollabDocument, type Person } from './peer.ts';
import type { Flushed } from './room.ts';

export type Projection = DocumentReading & { editedBy: Person; at: Date };

/** Keeps what lists show of a document. Called again with the same or newer content; failures are retried with the next edit. */
export type Project = (document: CollabDocument, projection: Projection) => Promise<void>;

type ProjectorParts = {
  project: Project;
  warn: (cause: unknown, what: string, document: CollabDocument) => void;
  everyMs?: number;
};

/** Follows the log at a distance: at most once a second per document, and once more when people stop. */
export function projector({ project, warn, everyMs = 1000 }: ProjectorParts) {
  const waiting = new Map<string, { latest: Flushed; timer: NodeJS.Timeout }>();
  const running = new Set<Promise<void>>();

  async function run({ room, document, by, at }: Flushed): Promise<void> {
    try {
      const reading = await room.read((state) => state.reading());
      await project(document, { ...reading, editedBy: by, at });
    } catch (cause) {
      warn(cause, 'the list does not show the last edits of a document', document);
    }
  }

  function start(key: string): void {
    const next = waiting.get(key);
    if (!next) return;
    waiting.delete(key);
    clearTimeout(next.timer);
    const work = run(next.latest).finally(() => running.delete(work));
    running.add(work);
  }

  return {
    flushed(flush: Flushed): void {
      const key = documentKey(flush.document);
      const next = waiting.get(key);
      if (next) next.latest = flush;
      else waiting.set(key, { latest: flush, timer: setTimeout(() => start(key), everyMs) });
    },

    /** Resolves when everything that was flushed is projected. */
    async close(): Promise<void> {
      for (const key of waiting.keys()) start(key);
      await Promise.all(running);
    },
  };
}
