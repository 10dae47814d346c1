import * as Y from 'yjs';
import { readDocument, type DocumentReading } from '../realtime/collab/document-reading.ts';
import type { DocumentLog, Snapshot } from '../realtime/collab/log.ts';
import type { LogUpkeep } from '../realtime/collab/log-upkeep.mongo.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { replay, type Damage, type Replay } from './replay.ts';

/** Something that does not agree. */
export type Finding =
  | ({ in: 'log' } & Damage)
  /** The stored state is not what its records make. */
  | { in: 'snapshot'; why: string }
  /** The record in the list does not say what the document says. */
  | { in: 'list'; fields: readonly string[] };

export type Sources = {
  log: DocumentLog;
  upkeep: LogUpkeep;
  /** Which fields of the record in the list differ from what a document says. */
  listDiffers(document: CollabDocument, reading: DocumentReading): Promise<readonly string[]>;
};

/** Compares the log, the snapshot and the list of one document. */
export async function verify(
  sources: Sources,
  document: CollabDocument,
): Promise<{ replayed: Replay; findings: Finding[] }> {
  const findings: Finding[] = [];
  const snapshot = await sources.log.load(document).then(
    ({ snapshot: stored }) => stored,
    () => null,
  );
  const replayed = await replay(sources, document, {
    damage: (damage) => findings.push({ in: 'log', ...damage }),
    reached({ seq, doc }) {
      if (snapshot?.seq !== seq) return;
      const why = differs(snapshot, doc);
      if (why !== null) findings.push({ in: 'snapshot', why });
    },
  });
  if (snapshot && snapshot.seq > replayed.seq) findings.push({ in: 'snapshot', why: 'it is ahead of the log' });
  const fields = await sources.listDiffers(document, readDocument(replayed.doc));
  if (fields.length > 0) findings.push({ in: 'list', fields });
  return { replayed, findings };
}

/** How a stored state differs from the document that the same records make; null if it does not. */
function differs({ state }: Snapshot, doc: Y.Doc): string | null {
  const stored = new Y.Doc();
  try {
    Y.applyUpdate(stored, state);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (stored.store.pendingStructs ?? stored.store.pendingDs) return 'it is not whole';
  const vectors = [stored, doc].map((one) =>
    JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(one))].toSorted(([one], [other]) => one - other)),
  );
  if (vectors[0] !== vectors[1]) return 'it is of another time than its number says';
  const [has, should] = [stored, doc].map((one) => JSON.stringify(readDocument(one)));
  return has === should ? null : 'it says something else than its records';
}
