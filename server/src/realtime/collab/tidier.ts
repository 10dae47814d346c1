import { inTurn } from '../../platform/in-turn.ts';
import { documentKey, type CollabDocument } from './peer.ts';

type TidierParts = {
  /** Rewrites the records of a document up to a number more densely. */
  compact: (document: CollabDocument, upTo: number) => Promise<void>;
  warn: (cause: unknown, what: string, document: CollabDocument) => void;
  restMs?: number;
  /** Records that are not left lying about, though their document never rests. */
  mostRecords?: number;
};

type Untidy = { document: CollabDocument; from: number; upTo: number; timer: NodeJS.Timeout };

/**
 * Has the old records of documents rewritten once nobody writes any more, one document at a time: that takes processors
 * which people who type should have. What is forgotten with this process is done with the next records.
 */
export function tidier({ compact, warn, restMs = 10_000, mostRecords = 8192 }: TidierParts) {
  const untidy = new Map<string, Untidy>();
  const turn = inTurn();

  function tidy(key: string): void {
    const found = untidy.get(key);
    if (!found) return;
    clearTimeout(found.timer);
    untidy.delete(key);
    const { document, upTo } = found;
    turn('one at a time', () => compact(document, upTo)).catch((cause: unknown) =>
      warn(cause, 'old records of a document were not rewritten', document),
    );
  }

  return {
    /** Somebody writes in a document. */
    wrote(document: CollabDocument): void {
      untidy.get(documentKey(document))?.timer.refresh();
    },

    /** The records of a document from one number to another are old. */
    later(document: CollabDocument, { from, upTo }: { from: number; upTo: number }): void {
      const key = documentKey(document);
      const known = untidy.get(key);
      const timer = known?.timer.refresh() ?? setTimeout(() => tidy(key), restMs).unref();
      const first = known?.from ?? from;
      untidy.set(key, { document, from: first, upTo, timer });
      if (upTo - first >= mostRecords) tidy(key);
    },

    close(): void {
      for (const { timer } of untidy.values()) clearTimeout(timer);
      untidy.clear();
    },
  };
}
