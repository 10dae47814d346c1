import type { Instrument } from '@cobench/shared/instruments/instrument';
import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { unlessTaken } from '../../platform/mongo/unless-taken.ts';
import type { InstrumentRepo } from './instrument.repo.ts';

/** What instruments have that were registered before they had a state: they are up, and need a calibration. */
const before = {
  ownerId: null,
  ownerName: null,
  state: 'up',
  stateReason: '',
  calibrationRequired: true,
  version: 0,
} as const;

type Row = Omit<Instrument, 'id' | 'stateSince' | 'archivedAt' | 'createdAt' | 'updatedAt' | keyof typeof before> & {
  _id: string;
  orgId: string;
  /** Unique in the organisation and what lists are ordered by; an archived instrument's key frees its name. */
  nameKey: string;
  stateSince?: Date;
  archivedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
} & Partial<Pick<Instrument, keyof typeof before>>;

const text = { type: String, default: '' };
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    kind: text,
    vendor: text,
    model: text,
    serial: text,
    location: text,
    ownerId: { type: String, default: null },
    ownerName: { type: String, default: null },
    state: { type: String, required: true },
    stateReason: text,
    stateSince: { type: Date, required: true },
    calibrationRequired: { type: Boolean, required: true },
    archivedAt: { type: Date, default: null },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'instruments', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, nameKey: 1 }, { unique: true });

const keyOf = (name: string): string => name.toLowerCase();
const archivedKey = (id: string): string => `\u0000${id}`;
const taken = 'Another instrument has this name.';
const inUse = { archivedAt: null };

export function mongoInstruments(connection: Connection): InstrumentRepo {
  const model = connection.model<Row>('Instrument', schema);
  const after = { returnDocument: 'after', lean: true } as const;

  return {
    async list(orgId, { q, state, show, limit, cursor }) {
      const which = show === 'archived' ? { archivedAt: { $ne: null } } : inUse;
      // What was registered before there were states has none, and is up.
      const inState = state === 'up' ? { $in: ['up' as const, null] } : state;
      const filter = { orgId, ...which, ...(q && matching(q)), ...(state && { state: inState }) };
      const page = await findPage(model, filter, { by: 'nameKey' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    find: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id, ...inUse }).lean<Row>()),
    findAny: async (orgId, id) => orNull(await model.findOne({ orgId, _id: id }).lean<Row>()),
    among: async (orgId, ids) =>
      (await model.find({ orgId, _id: { $in: [...ids] }, ...inUse }).lean<Row[]>()).map(toRecord),
    async *everyOne() {
      const rows = model.find({ orgId: everyOrganisation }).sort({ _id: 1 }).lean<Row>().cursor({ batchSize: 500 });
      for await (const row of rows) yield { orgId: row.orgId, instrument: toRecord(row) };
    },
    async insert(orgId, { id, ...instrument }) {
      const row = { ...instrument, _id: id, orgId, nameKey: keyOf(instrument.name) };
      return toRecord((await unlessTaken(model.create(row), taken)).toObject());
    },
    async edit(orgId, id, { version, at, ...change }) {
      const key = change.name !== undefined && { nameKey: keyOf(change.name) };
      const update = { $set: { ...change, ...key, updatedAt: at }, $inc: { version: 1 } };
      const filter = version === 0 ? { $in: [0, null] } : version;
      const write = model.findOneAndUpdate({ orgId, _id: id, version: filter, ...inUse }, update, after);
      return orNull(await unlessTaken(write, taken));
    },
    async setState(orgId, id, { state, reason, at }) {
      const update = {
        $set: { state, stateReason: reason, stateSince: at, updatedAt: at },
        $inc: { version: 1 },
      };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id, ...inUse }, update, after));
    },
    async archive(orgId, id, at) {
      const update = { $set: { archivedAt: at, nameKey: archivedKey(id) }, $inc: { version: 1 } };
      return orNull(await model.findOneAndUpdate({ orgId, _id: id, ...inUse }, update, after));
    },
    async restore(orgId, id) {
      const filter = { orgId, _id: id, archivedAt: { $ne: null } };
      const row = await model.findOne(filter).lean<Row>();
      if (!row) return null;
      const update = { $set: { archivedAt: null, nameKey: keyOf(row.name) }, $inc: { version: 1 } };
      return orNull(await unlessTaken(model.findOneAndUpdate(filter, update, after), taken));
    },
  };
}

/** What people type to find a tool: its name, or what is written on it. */
const matching = (q: string) => ({
  $or: ['name', 'kind', 'vendor', 'model', 'serial', 'location'].map((field) => ({ [field]: containing(q) })),
});

const orNull = (row: Row | null): Instrument | null => row && toRecord(row);

function toRecord(row: Row): Instrument {
  const { _id: id, orgId: _org, nameKey: _key, ...instrument } = row;
  return {
    ...before,
    ...instrument,
    id,
    stateSince: (row.stateSince ?? row.createdAt).toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
