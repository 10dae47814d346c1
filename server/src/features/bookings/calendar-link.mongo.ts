import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import type { CalendarLinkRecord, CalendarLinkRepo } from './calendar-link.repo.ts';

type Row = Omit<CalendarLinkRecord, 'id' | 'createdAt' | 'lastReadAt'> & {
  _id: string;
  createdAt: Date;
  lastReadAt: Date | null;
};

const text = { type: String, required: true };
const schema = new Schema<Row>(
  {
    _id: text,
    personId: text,
    instrumentId: text,
    hash: text,
    createdAt: { type: Date, required: true },
    lastReadAt: { type: Date, default: null },
  },
  { collection: 'calendarLinks', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, personId: 1, instrumentId: 1 }, { unique: true });

export function mongoCalendarLinks(connection: Connection): CalendarLinkRepo {
  const model = connection.model<Row>('CalendarLink', schema);
  return {
    find: async ({ orgId, personId, instrumentId }) =>
      orNull(await model.findOne({ orgId, personId, instrumentId }).lean<Row>()),
    findById: async (id) => orNull(await model.findOne({ orgId: everyOrganisation, _id: id }).lean<Row>()),
    async put({ id, ...link }) {
      const { orgId, personId, instrumentId } = link;
      await model.deleteOne({ orgId, personId, instrumentId });
      return toRecord((await model.create({ ...link, _id: id })).toObject());
    },
    remove: async ({ orgId, personId, instrumentId }) =>
      orNull(await model.findOneAndDelete({ orgId, personId, instrumentId }).lean<Row>()),
    async read({ orgId, id }, at) {
      await model.updateOne({ orgId, _id: id }, { $set: { lastReadAt: at } });
    },
  };
}

const orNull = (row: Row | null): CalendarLinkRecord | null => row && toRecord(row);

const toRecord = ({ _id: id, ...row }: Row): CalendarLinkRecord => ({
  ...row,
  id,
  createdAt: row.createdAt.toISOString(),
  lastReadAt: row.lastReadAt?.toISOString() ?? null,
});
