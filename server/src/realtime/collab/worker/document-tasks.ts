import * as Y from 'yjs';
import { digest, fold, type FoldInput } from './fold.ts';
import { HotDocuments, type HotLimits } from './hot-documents.ts';

export type DocumentTasks = ReturnType<typeof documentTasks>;

/** What is computed from the content of documents; too long for the event loop where a document is not small. */
export function documentTasks(limits: HotLimits | null) {
  const hot = limits && new HotDocuments(limits);
  return {
    fold: (input: FoldInput) => fold(input, hot),
    digest: (input: FoldInput) => digest(input, hot),
    /** What a replica lacks that has a state vector. */
    diff: ({ state, vector }: { state: Uint8Array; vector: Uint8Array }) => Y.diffUpdate(state, vector),
    merge: ({ updates }: { updates: Uint8Array[] }) => Y.mergeUpdates(updates),
  };
}
