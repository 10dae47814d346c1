import type { LoadedDocument } from './log.ts';

/** The updates that make the content of a document, in order. */
export function updatesOf({ snapshot, tail }: LoadedDocument): Uint8Array[] {
  const updates = tail.flatMap(({ parts }) => parts.map(({ update }) => update));
  return snapshot ? [snapshot.state, ...updates] : updates;
}

/** The number of the last record; 0 where there is none. */
export const lastNumber = ({ snapshot, tail }: LoadedDocument): number => tail.at(-1)?.seq ?? snapshot?.seq ?? 0;
