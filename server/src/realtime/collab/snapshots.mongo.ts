import { Schema, type Connection } from 'mongoose';
import { crc32 } from 'node:zlib';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { newId } from '../../platform/new-id.ts';
import { maxSnapshotBytes } from './limits.ts';
import type { Snapshot } from './log.ts';
import type { CollabDocument } from './peer.ts';
import { asBuffer, bytesOf, type StoredBytes } from './record-row.ts';

type SnapshotRow = {
  _id: string;
  orgId: string;
  document: string;
  seq: number;
  state: StoredBytes;
  owners: { client: number; personId: string }[];
  /** CRC-32 of all the rest. */
  sum?: number;
};

/** The state of a document after one of its records; without it, opening takes longer. */
const snapshotSchema = new Schema<SnapshotRow>(
  {
    _id: { type: String, required: true },
    document: { type: String, required: true },
    seq: { type: Number, required: true },
    state: { type: Buffer, required: true },
    owners: [{ _id: false, client: { type: Number, required: true }, personId: { type: String, required: true } }],
    sum: { type: Number },
  },
  { collection: 'document_snapshots', versionKey: false, strict: 'throw' },
);
snapshotSchema.plugin(orgScoped);
snapshotSchema.index({ orgId: 1, document: 1 }, { unique: true });

export function mongoSnapshots(connection: Connection) {
  const snapshots = connection.model('DocumentSnapshot', snapshotSchema);

  return {
    /** What is kept, if it can be used: one that is damaged, or of an earlier form, is none. */
    async find(document: CollabDocument): Promise<Snapshot | null> {
      const row = await snapshots.findOne(scopeOf(document)).lean<SnapshotRow>();
      if (row?.sum === undefined) return null;
      const state = bytesOf(row.state);
      const owners = new Map(row.owners.map(({ client, personId }) => [client, personId]));
      return sumOf({ seq: row.seq, state, owners }) === row.sum ? { seq: row.seq, state, owners } : null;
    },

    /** Keeps a state where none is kept that is as new. */
    async keep(document: CollabDocument, snapshot: Snapshot): Promise<void> {
      const { seq, state, owners } = snapshot;
      if (state.length > maxSnapshotBytes) return;
      const people = Array.from(owners, ([client, personId]) => ({ client, personId }));
      const kept = { seq, state: asBuffer(state), owners: people, sum: sumOf(snapshot) };
      const filter = { ...scopeOf(document), seq: { $lt: seq } };
      const write = { $set: kept, $setOnInsert: { _id: newId() } };
      try {
        await snapshots.updateOne(filter, write, { upsert: true, writeConcern: { w: 'majority', j: true } });
      } catch (error) {
        // There is one as new as this already.
        if (!isDuplicateKey(error)) throw error;
      }
    },
  };
}

const scopeOf = ({ orgId, kind, id }: CollabDocument) => ({ orgId, document: `${kind}/${id}` });

const sumOf = ({ seq, state, owners }: Snapshot): number =>
  crc32(state, crc32(`${seq} ${JSON.stringify([...owners])}`)) | 0;
