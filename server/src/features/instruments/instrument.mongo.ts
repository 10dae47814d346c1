import type { Instrument } from '@cobench/shared/instruments/instrument';
import { Schema, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { unlessTaken } from '../../platform/mongo/unless-taken.ts';
import type { InstrumentRepo } from './instrument.repo.ts';

type Row = {
  _id: string;
  orgId: string;
  name: string;
  /** Unique in the organisation and what lists are ordered by. */
  nameKey: string;
  kind: string;
  vendor: string;
  model: string;
  serial: string;
  location: string;
  createdAt: Date;
  updatedAt: Date;
};

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
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'instruments', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, nameKey: 1 }, { unique: true });

export function mongoInstruments(connection: Connection): InstrumentRepo {
  const model = connection.model<Row>('Instrument', schema);
  return {
    async list(orgId, { q, limit, cursor }) {
      const filter = { orgId, ...(q && { name: containing(q) }) };
      const page = await findPage(model, filter, { by: 'nameKey' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async find(orgId, id) {
      const row = await model.findOne({ orgId, _id: id }).lean<Row>();
      return row && toRecord(row);
    },
    async insert(orgId, { id, ...instrument }) {
      const row = { ...instrument, _id: id, orgId, nameKey: instrument.name.toLowerCase() };
      return toRecord(await unlessTaken(model.create(row), 'Another instrument has this name.'));
    },
  };
}

function toRecord(row: Row): Instrument {
  const { _id, name, kind, vendor, model, serial, location } = row;
  const [createdAt, updatedAt] = [row.createdAt.toISOString(), row.updatedAt.toISOString()];
  return { id: _id, name, kind, vendor, model, serial, location, createdAt, updatedAt };
}
