import * as Y from 'yjs';
import { readDocument, type DocumentReading } from '../realtime/collab/document-reading.ts';
import type { Reason } from '../realtime/collab/log-upkeep.mongo.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { replay } from './replay.ts';
import type { Sources } from './verify.ts';

type Rebuilding = Sources & {
  /** Writes down in the list what a document says. */
  project(
    document: CollabDocument,
    reading: DocumentReading,
    by: { personId: string; at: Date; seq: number },
  ): Promise<void>;
};

/**
 * Makes the stored state and the record in the list anew, from the log alone.
 * @throws where the log is damaged: that is for `repair`.
 */
export async function rebuild(
  { log, upkeep, project }: Rebuilding,
  document: CollabDocument,
  reason: Omit<Reason, 'why'>,
): Promise<{ seq: number }> {
  const { doc, seq, owners, last } = await replay({ log, upkeep }, document, {
    damage({ from, why }) {
      throw new Error(`Record ${from}: ${why}. Repair the document first.`);
    },
  });
  await upkeep.dropSnapshot(document, { why: 'rebuilt from the log', ...reason });
  await log.snapshot(document, { seq, state: Y.encodeStateAsUpdate(doc), owners });
  if (last) await project(document, readDocument(doc), { ...last, seq });
  return { seq };
}
