import type { Connection } from 'mongoose';
import { mongoDocumentLog } from './log.mongo.ts';
import type { CollabDocument } from './peer.ts';

type OldRow = {
  _id: string;
  orgId: string;
  document: string;
  seq: number;
  at: Date;
  parts: { personId: string; sessionId: string | null; update: { buffer: Uint8Array } }[];
};

/**
 * Moves the records of stores that were begun before records had their present form. Each is deleted where it was when
 * it is durable where it belongs, so that this may be cut short at any point and done again.
 */
export async function moveOldRecords(connection: Connection): Promise<void> {
  const old = connection.collection<OldRow>('document_updates');
  const log = mongoDocumentLog(connection);
  for await (const { _id, orgId, document, seq, at, parts } of old.find().sort({ orgId: 1, document: 1, seq: 1 })) {
    const [kind, id = ''] = document.split('/');
    const moved = parts.map((part) => ({ ...part, update: Uint8Array.from(part.update.buffer) }));
    const place: CollabDocument = { orgId, kind: kind === 'run' ? 'run' : 'entry', id };
    await log.append([{ document: place, record: { seq, at, parts: moved } }]);
    await old.deleteOne({ _id });
  }
}
