import { judge } from './guard.ts';
import type { Journal } from './journal.ts';
import type { Part } from './log.ts';
import type { CollabDocument, Writer } from './peer.ts';
import type { Rooms } from './rooms.ts';
import { StructIndex } from './struct-index.ts';

/** What to write into a document with this content: a Yjs update, or null for nothing. */
export type Change = (content: Uint8Array) => Uint8Array | null;

type Parts = { rooms: Rooms; journal: Journal };
type By = { personId: string };

/** What the server writes itself; whoever lets it write has asked about rights. */
export function serverWriter({ rooms, journal }: Parts) {
  /** @throws where the log cannot be written. Returns whether the number was free. */
  function append(document: CollabDocument, seq: number, part: Part): Promise<boolean> {
    return new Promise((resolve, reject) => {
      journal.enlist({
        document,
        waitingBytes: part.update.length,
        take: (at) => ({ seq, at, parts: [part] }),
        told(outcome) {
          if (outcome.is === 'lost') reject(new Error('The log could not be written.', { cause: outcome.cause }));
          else resolve(outcome.is === 'written');
        },
      });
    });
  }

  return {
    /**
     * Writes the first record of a new document.
     * @throws where the document has been written to, or the update is not one.
     */
    async seed(document: CollabDocument, update: Uint8Array, { personId }: By): Promise<void> {
      const verdict = judge(update, new StructIndex(), { personId });
      if (verdict.is !== 'new') throw new Error(`A document cannot begin with this update: ${verdict.is}.`);
      const isFirst = await append(document, 1, { personId, sessionId: null, update });
      if (!isFirst) throw new Error('The document has been written to.');
    },

    /** Changes a document for a person, through its room; resolves when that is durable. */
    async edit(document: CollabDocument, by: Writer, change: Change): Promise<void> {
      const { update: content } = await rooms.content(document).state();
      const update = change(content);
      if (update) await rooms.write(document, update, by);
    },

    /** Appends to a document that nobody has open, and tells no list; resolves when it is durable. */
    async amend(document: CollabDocument, { personId }: By, change: Change): Promise<void> {
      for (let isWritten = false; !isWritten;) {
        const { update: content, seq } = await rooms.content(document).state();
        const update = change(content);
        // Where another process was faster, what is to be changed is another document now.
        isWritten = !update || (await append(document, seq + 1, { personId, sessionId: null, update }));
      }
    },
  };
}
