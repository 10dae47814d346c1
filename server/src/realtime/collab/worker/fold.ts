import * as Y from 'yjs';
import type { DocumentReading } from '../document-reading.ts';
import { readDocument } from '../document-reading.ts';
import { bindOwners } from '../owners.ts';
import { applyAsIs } from './apply.ts';
import type { HotDocuments } from './hot-documents.ts';
import { unpackedAfter, type PackedRecords } from './packed-records.ts';

/** The state of a document after a record, and whose each client id is. */
export type Folded = { seq: number; state: Uint8Array; owners: ReadonlyMap<number, string> };
export type FoldInput = { key: string; base: Folded; tail: PackedRecords; seq: number };

/** The state after the last record of `tail`. @throws where a record is damaged, or builds on what is not there. */
export function fold(input: FoldInput, hot: HotDocuments | null): Folded {
  return withDocument(input, hot, () => null).folded;
}

/** The same, and what lists show of it. */
export function digest(input: FoldInput, hot: HotDocuments | null): { folded: Folded; reading: DocumentReading } {
  const { folded, view } = withDocument(input, hot, readDocument);
  return { folded, reading: view };
}

function withDocument<T>(
  { key, base, tail, seq }: FoldInput,
  hot: HotDocuments | null,
  look: (doc: Y.Doc) => T,
): { folded: Folded; view: T } {
  const kept = hot?.take(key, { from: base.seq, to: seq });
  const doc = kept?.doc ?? new Y.Doc({ gc: true });
  const before = kept ? [] : [base.state];
  applyAsIs(doc, [...before, ...updatesAfter(tail, kept?.seq ?? base.seq)]);
  const { pendingStructs, pendingDs } = doc.store;
  if (pendingStructs ?? pendingDs) throw new Error('An update builds on something that the document does not have.');
  const state = Y.encodeStateAsUpdate(doc);
  const view = look(doc);
  hot?.put(key, { doc, seq, bytes: state.length });
  return { folded: { seq, state, owners: ownersAfter(base.owners, tail) }, view };
}

function* updatesAfter(tail: PackedRecords, seq: number): Generator<Uint8Array> {
  for (const { update } of unpackedAfter(tail, seq)) yield update;
}

function ownersAfter(known: ReadonlyMap<number, string>, tail: PackedRecords): ReadonlyMap<number, string> {
  const owners = new Map(known);
  for (const part of unpackedAfter(tail, tail.after)) bindOwners(owners, part);
  return owners;
}
