import { longestBookingDays } from '@cobench/shared/bookings/booking';
import type { Span } from '@cobench/shared/bookings/recurrence';
import { Schema, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { BookingRecord, BookingRepo } from './booking.repo.ts';

type Row = Omit<BookingRecord, 'id' | 'from' | 'to' | 'createdAt' | 'updatedAt'> & {
  _id: string;
  orgId: string;
  from: Date;
  to: Date;
  createdAt: Date;
  updatedAt: Date;
  cancelledAt: Date | null;
};

const date = { type: Date, required: true };
const text = { type: String, required: true };
const schema = new Schema<Row>(
  {
    _id: text,
    instrumentId: text,
    instrumentName: text,
    title: text,
    projectId: { type: String, default: null },
    from: date,
    to: date,
    seriesId: { type: String, default: null },
    timeZone: text,
    bookedBy: text,
    bookedByName: text,
    version: { type: Number, required: true },
    createdAt: date,
    updatedAt: date,
    cancelledAt: { type: Date, default: null },
  },
  { collection: 'bookings', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, instrumentId: 1, from: 1, _id: 1 });
schema.index({ orgId: 1, bookedBy: 1, from: 1, _id: 1 });
schema.index({ orgId: 1, seriesId: 1, from: 1 });
schema.index({ orgId: 1, from: 1, _id: 1 });

const longestMs = longestBookingDays * 86_400_000;
const standing = { cancelledAt: null };

export function mongoBookings(connection: Connection): BookingRepo {
  const model = connection.model<Row>('Booking', schema);

  return {
    async list(orgId, { instrumentId, bookedBy, limit, cursor, ...range }) {
      const chosen = { ...(instrumentId && { instrumentId }), ...(bookedBy && { bookedBy }) };
      const filter = { orgId, ...chosen, ...touching(range), ...standing };
      const page = await findPage(model, filter, { by: 'from' }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async find(orgId, id) {
      const row = await model.findOne({ orgId, _id: id, ...standing }).lean<Row>();
      return row && toRecord(row);
    },
    async within(orgId, instrumentId, range) {
      const filter = { orgId, instrumentId, ...touching(range), ...standing };
      return (await model.find(filter).sort({ from: 1 }).lean<Row[]>()).map(toRecord);
    },
    async following(orgId, { id, seriesId, from }) {
      const later = { seriesId, from: { $gte: new Date(from) } };
      const filter = { orgId, ...(seriesId === null ? { _id: id } : later), ...standing };
      return (await model.find(filter).sort({ from: 1, _id: 1 }).lean<Row[]>()).map(toRecord);
    },
    async insert(orgId, bookings) {
      await model.insertMany(
        bookings.map(({ id, ...booking }) => ({ ...dated(booking), _id: id, orgId, cancelledAt: null })),
        { lean: true },
      );
      return [...bookings];
    },
    async change(orgId, changes, at) {
      await model.bulkWrite(
        changes.map(({ id, ...change }) => ({
          updateOne: {
            filter: { orgId, _id: id },
            update: { $set: { ...change, updatedAt: at }, $inc: { version: 1 } },
          },
        })),
      );
    },
    async cancel(orgId, ids, at) {
      const update = { $set: { cancelledAt: at, updatedAt: at }, $inc: { version: 1 } };
      await model.updateMany({ orgId, _id: { $in: [...ids] }, ...standing }, update);
    },
  };
}

/** Nothing lasts longer than the longest, so what touches a range began not long before it: the index knows where. */
const touching = ({ from, to }: Span) => ({
  from: { $gt: new Date(from.getTime() - longestMs), $lt: to },
  to: { $gt: from },
});

const dated = <T extends Pick<BookingRecord, 'from' | 'to' | 'createdAt' | 'updatedAt'>>(booking: T) => ({
  ...booking,
  from: new Date(booking.from),
  to: new Date(booking.to),
  createdAt: new Date(booking.createdAt),
  updatedAt: new Date(booking.updatedAt),
});

function toRecord({ _id: id, orgId: _org, cancelledAt: _cancelled, ...row }: Row): BookingRecord {
  const [createdAt, updatedAt] = [row.createdAt.toISOString(), row.updatedAt.toISOString()];
  return { ...row, id, from: row.from.toISOString(), to: row.to.toISOString(), createdAt, updatedAt };
}
