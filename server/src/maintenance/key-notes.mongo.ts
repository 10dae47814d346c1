import { Schema, type Connection } from 'mongoose';

/** What was done to a master key, as far as it concerns one chain of the audit trail. */
export type KeyNote = {
  action: 'master-key.rotate' | 'master-key.forget';
  /** The master key: under which things are now, or that was given up. */
  key: string;
  /** An organisation, or the installation. */
  chain: string;
  /** The keys under which they were. */
  from: readonly string[];
  /** How much, by what it is. */
  sealed: Readonly<Record<string, number>>;
  /** Who wanted it; empty where it is the system's doing. */
  by: string;
};
type Row = Omit<KeyNote, 'from' | 'sealed'> & { _id: string; from: string[]; sealed: Record<string, number> };

const needed = { type: String, required: true } as const;
const schema = new Schema<Row>(
  {
    _id: needed,
    action: needed,
    key: needed,
    chain: needed,
    from: [String],
    sealed: { type: Schema.Types.Mixed, default: {} },
    by: { type: String, default: '' },
  },
  { collection: 'masterKeyNotes', versionKey: false, strict: 'throw', minimize: false },
);

schema.index({ action: 1 });

/**
 * Notes of what is still to be written into the audit trail: each is written together with what it tells of, grows with
 * it, and goes when its entry is written. So a command that is killed anywhere leaves neither too few entries nor too many.
 */
export function mongoKeyNotes(connection: Connection) {
  const model = connection.model<Row>('MasterKeyNote', schema);
  return {
    /** Adds to what is noted. Within the transaction of what it tells of. */
    async add({ action, key, chain, from, sealed, by }: KeyNote): Promise<void> {
      const counts = Object.entries(sealed).map(([what, count]) => [`sealed.${what}`, count]);
      await model.updateOne(
        { _id: [action, key, chain].join(' ') },
        {
          $setOnInsert: { action, key, chain, by, ...(counts.length === 0 && { sealed: {} }) },
          $addToSet: { from: { $each: [...from] } },
          ...(counts.length > 0 && { $inc: Object.fromEntries(counts) }),
        },
        { upsert: true },
      );
    },

    /** The ids of what is noted of an action, in a fixed order. */
    async waiting(action: KeyNote['action']): Promise<string[]> {
      const rows = await model.find({ action }).select({ _id: 1 }).sort({ _id: 1 }).lean<Pick<Row, '_id'>[]>();
      return rows.map(({ _id: id }) => id);
    },

    async find(id: string): Promise<KeyNote | null> {
      const row = await model.findOne({ _id: id }).lean<Row>();
      return row && toNote(row);
    },

    /** Takes a note away to be written into the trail; null where somebody else has. */
    async take(id: string): Promise<KeyNote | null> {
      const row = await model.findOneAndDelete({ _id: id }).lean<Row>();
      return row && toNote(row);
    },
  };
}

const toNote = ({ _id, ...note }: Row): KeyNote => note;
