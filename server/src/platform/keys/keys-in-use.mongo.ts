import { Schema, type Connection } from 'mongoose';
import type { KeyRing } from './key-ring.ts';

type Row = { _id: string; since: Date };

const schema = new Schema<Row>(
  { _id: { type: String, required: true }, since: { type: Date, required: true } },
  { collection: 'masterKeys', versionKey: false, strict: 'throw' },
);

/** A master key that something in the store may be sealed under. */
type KeyInUse = { name: string; since: Date };
/** The names of the master keys under which there may be something in the store: written before the first thing is. */
export type KeysInUse = {
  list(): Promise<KeyInUse[]>;
  /** Notes that a key comes into use; what is known already stays as it is. */
  note(name: string, at: Date): Promise<void>;
  /** False where it was not noted. */
  forget(name: string): Promise<boolean>;
};

export function mongoKeysInUse(connection: Connection): KeysInUse {
  const model = connection.model<Row>('MasterKey', schema);
  return {
    async list() {
      const rows = await model.find().sort({ since: 1, _id: 1 }).lean<Row[]>();
      return rows.map(({ _id: name, since }) => ({ name, since }));
    },
    async note(name, since) {
      await model.updateOne({ _id: name }, { $setOnInsert: { since } }, { upsert: true });
    },
    forget: async (name) => (await model.deleteOne({ _id: name })).deletedCount > 0,
  };
}

/** The first of the keys in use that the ring does not have; null where it has all. */
export const missingKey = (ring: KeyRing, inUse: readonly KeyInUse[]): string | null =>
  inUse.find(({ name }) => !ring.find(name))?.name ?? null;
