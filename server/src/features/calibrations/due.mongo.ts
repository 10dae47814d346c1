import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import type { DueRepo, DueRow, ReminderRow } from './due.repo.ts';

type Row = Omit<DueRow, 'instrumentId'> & {
  _id: string;
  orgId: string;
  /** `dueAt` in milliseconds, or 0: what the list is ordered by. */
  dueKey: number;
  /** Of the instrument: these are written when it changed, the others when its certificates did. */
  name: string;
  listed: boolean;
  instrumentVersion: number;
};
const nothingKnown = { name: '', listed: false, instrumentVersion: -1 };
const neverCalibrated = { dueAt: null, dueKey: 0, dueBy: null, wakeAt: null };
type Outbox = ReminderRow & { _id: string; nextTryAt: Date | null; doneAt: Date | null };

const orNoDate = { type: Date, default: null };
const dueSchema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    dueAt: orNoDate,
    dueBy: { type: String, default: null },
    wakeAt: orNoDate,
    dueKey: { type: Number, required: true },
    name: { type: String, default: '' },
    listed: { type: Boolean, required: true },
    instrumentVersion: { type: Number, required: true },
  },
  { collection: 'calibrationDues', versionKey: false, strict: 'throw' },
);
dueSchema.plugin(orgScoped);
dueSchema.index({ orgId: 1, listed: 1, dueKey: 1, _id: 1 });
dueSchema.index({ wakeAt: 1 });

const reminderSchema = new Schema<Outbox>(
  {
    _id: { type: String, required: true },
    instrumentId: { type: String, required: true },
    calibrationId: { type: String, required: true },
    days: { type: Number, required: true },
    dueAt: { type: Date, required: true },
    told: [String],
    nextTryAt: orNoDate,
    doneAt: orNoDate,
  },
  { collection: 'calibrationReminders', versionKey: false, strict: 'throw' },
);
reminderSchema.plugin(orgScoped);
reminderSchema.index({ nextTryAt: 1 });

export function mongoDues(connection: Connection): DueRepo {
  const dues = connection.model<Row>('CalibrationDue', dueSchema);
  const outbox = connection.model<Outbox>('CalibrationReminder', reminderSchema);
  const idOf = ({ calibrationId, days }: Pick<ReminderRow, 'calibrationId' | 'days'>) => `${calibrationId}:${days}`;

  return {
    async save(orgId, { instrumentId, ...row }) {
      const update = { $set: { ...row, dueKey: row.dueAt?.getTime() ?? 0 }, $setOnInsert: nothingKnown };
      await dues.updateOne({ orgId, _id: instrumentId }, update, { upsert: true });
    },
    async follow(orgId, { id: _id, version: instrumentVersion, ...instrument }) {
      const now = { ...instrument, instrumentVersion };
      const older = { orgId, _id, instrumentVersion: { $lt: instrumentVersion } };
      if ((await dues.updateOne(older, { $set: now })).matchedCount > 0) return;
      const first = { $setOnInsert: { ...now, ...neverCalibrated } };
      try {
        await dues.updateOne({ orgId, _id }, first, { upsert: true });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        // Another process made the row meanwhile: what it knew may be older.
        await dues.updateOne(older, { $set: now });
      }
    },
    async known(instrumentIds) {
      const filter = { orgId: everyOrganisation, _id: { $in: [...instrumentIds] } };
      const rows = await dues.find(filter).select({ instrumentVersion: 1 }).lean<Row[]>();
      return new Map(rows.map(({ _id, instrumentVersion }) => [_id, instrumentVersion]));
    },
    async page(orgId, { latest, q, limit, cursor }) {
      const until = latest && { dueKey: { $lte: latest.getTime() } };
      const filter = { orgId, listed: true, ...until, ...(q !== '' && { name: containing(q) }) };
      const page = await findPage(dues, filter, { by: 'dueKey' }, { limit, cursor });
      return { ...page, items: page.items.map(({ _id }) => _id) };
    },
    async awake(now, limit) {
      const filter = { orgId: everyOrganisation, wakeAt: { $lte: now } };
      return (await dues.find(filter).sort({ wakeAt: 1 }).limit(limit).lean<Row[]>()).map((row) => ({
        ...toDue(row),
        orgId: row.orgId,
      }));
    },
    async claim(orgId, { instrumentId, wakeAt }) {
      const claimed = await dues.updateOne({ orgId, _id: instrumentId, wakeAt }, { $set: { wakeAt: null } });
      return claimed.modifiedCount > 0;
    },
    async remind({ orgId, ...reminder }, now) {
      const filter = { orgId, _id: idOf(reminder) };
      await outbox.updateOne(
        filter,
        { $setOnInsert: { ...reminder, told: [], nextTryAt: now, doneAt: null } },
        { upsert: true },
      );
    },
    async take(now, until) {
      const filter = { orgId: everyOrganisation, nextTryAt: { $lte: now } };
      return outbox.findOneAndUpdate(filter, { $set: { nextTryAt: until } }, { lean: true, sort: { nextTryAt: 1 } });
    },
    async told({ orgId, ...reminder }, who) {
      await outbox.updateOne({ orgId, _id: idOf(reminder) }, { $addToSet: { told: who } });
    },
    async done({ orgId, ...reminder }, at) {
      await outbox.updateOne({ orgId, _id: idOf(reminder) }, { $set: { nextTryAt: null, doneAt: at } });
    },
    together: (work) => inTransaction(connection, work),
  };
}

const toDue = ({ _id: instrumentId, dueAt, dueBy, wakeAt }: Row): DueRow => ({ instrumentId, dueAt, dueBy, wakeAt });
