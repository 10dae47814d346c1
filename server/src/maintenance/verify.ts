import { bodyField } from '@cobench/shared/realtime/collab';
import { yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { readDocument, type DocumentReading } from '../realtime/collab/document-reading.ts';
import { judge } from '../realtime/collab/guard.ts';
import { ownerIn, type Part, type Snapshot } from '../realtime/collab/log.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { StructIndex } from '../realtime/collab/struct-index.ts';
import { applyAsIs } from '../realtime/collab/worker/apply.ts';
import { replay, type Damage, type LogSources, type Replay } from './replay.ts';

/** Something that does not agree. */
export type Finding =
  | ({ in: 'log' } & Damage)
  /** The stored state is not what its records make. */
  | { in: 'snapshot'; why: string }
  /** The record in the list does not say what the document says. */
  | { in: 'list'; fields: readonly string[] };

export type Sources = LogSources & {
  /** Which fields of the record in the list differ from what a document says. */
  listDiffers(document: CollabDocument, reading: DocumentReading): Promise<readonly string[]>;
};

/** Compares the log, the snapshot and the list of one document. */
export async function verify(
  sources: Sources,
  document: CollabDocument,
): Promise<{ replayed: Replay; findings: Finding[] }> {
  const findings: Finding[] = [];
  const { snapshot, isDamaged } = await sources.upkeep.storedState(document);
  if (isDamaged) findings.push({ in: 'snapshot', why: 'it is damaged' });
  const refusal = judging();
  const replayed = await replay(sources, document, {
    damage: (damage) => findings.push({ in: 'log', ...damage }),
    taken(part, { seq, part: number }) {
      const why = refusal(part);
      if (why !== null) findings.push({ in: 'log', from: seq, to: seq, part: number, why });
    },
    reached(at) {
      const why = snapshot?.seq === at.seq ? differs(snapshot, at) : null;
      if (why !== null) findings.push({ in: 'snapshot', why });
    },
  });
  const fields = await sources.listDiffers(document, readDocument(replayed.doc));
  if (fields.length > 0) findings.push({ in: 'list', fields });
  return { replayed, findings };
}

/** Judges update after update as a room would. Says why one would not be taken; null for all others. */
function judging(): (part: Part) => string | null {
  const index = new StructIndex();
  return (part) => {
    const { update } = part;
    const personId = ownerIn(part);
    const verdict = personId === undefined ? null : judge(update, index, { personId });
    if (verdict?.is === 'new') index.add(verdict.judged);
    else if (verdict?.is !== 'nothing') index.learn(update, personId);
    return verdict && verdict.is !== 'new' && verdict.is !== 'nothing' ? `would be refused as ${verdict.is}` : null;
  };
}

/** How a stored state differs from the document that the same records make; null if it does not. */
function differs({ state, owners }: Snapshot, replayed: Replay): string | null {
  const stored = new Y.Doc();
  try {
    applyAsIs(stored, [state]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (stored.store.pendingStructs ?? stored.store.pendingDs) return 'it is not whole';
  const { doc } = replayed;
  if (!Y.equalSnapshots(Y.snapshot(stored), Y.snapshot(doc))) return 'it is of another time than its number says';
  if (whole(stored) !== whole(doc)) return 'it says something else than its records';
  const isTheirs = ([client, personId]: [number, string]): boolean => owners.get(client) === personId;
  return [...replayed.owners].every(isTheirs) ? null : 'it says of client ids that they are somebody else’s';
}

const whole = (doc: Y.Doc): string =>
  JSON.stringify([readDocument(doc), yXmlFragmentToProsemirrorJSON(doc.getXmlFragment(bodyField))]);
