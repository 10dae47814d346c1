import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { KioskRecord, KioskRepo, Screen } from './kiosk.repo.ts';

type Row = Omit<KioskRecord, 'id' | 'createdAt' | 'expiresAt' | 'revokedAt'> & {
  _id: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** When a screen of it was heard of last. */
  lastSeenAt?: Date | null;
};
type ScreenRow = Omit<Screen, 'id'> & { _id: string };

const kioskSchema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    hash: { type: String, required: true },
    projectIds: { type: [String], default: null },
    shownThoughRestricted: { type: [String], required: true },
    createdBy: { type: String, required: true },
    createdByName: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    revokedAt: { type: Date, default: null },
    lastSeenAt: { type: Date, default: null },
  },
  { collection: 'kiosks', versionKey: false, strict: 'throw' },
);
kioskSchema.plugin(orgScoped);
kioskSchema.index({ hash: 1 }, { unique: true });
kioskSchema.index({ orgId: 1, createdAt: -1, _id: -1 });

const screenSchema = new Schema<ScreenRow>(
  {
    _id: { type: String, required: true },
    kioskId: { type: String, required: true },
    device: { type: String, default: '' },
    address: { type: String, default: '' },
    openedAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
  },
  { collection: 'kioskScreens', versionKey: false, strict: 'throw' },
);
screenSchema.plugin(orgScoped);
screenSchema.index({ orgId: 1, kioskId: 1, lastSeenAt: -1 });

export function mongoKiosks(connection: Connection): KioskRepo {
  const kiosks = connection.model<Row>('Kiosk', kioskSchema);
  const screens = connection.model<ScreenRow>('KioskScreen', screenSchema);

  return {
    async list(orgId, { heardSince, ...request }) {
      const page = await findPage(kiosks, { orgId }, { by: 'createdAt', descending: true }, request);
      const ids = page.items.map(({ _id }) => _id);
      const heard = { orgId, kioskId: { $in: ids }, lastSeenAt: { $gt: heardSince } };
      const on = await screens.find(heard, { kioskId: 1 }).lean<Pick<ScreenRow, 'kioskId'>[]>();
      const items = page.items.map((row) => ({
        ...toRecord(row),
        screens: on.filter(({ kioskId }) => kioskId === row._id).length,
        lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
      }));
      return { ...page, items };
    },
    find: async (orgId, id) => orNull(await kiosks.findOne({ orgId, _id: id }).lean<Row>()),
    findByHash: async (hash) => orNull(await kiosks.findOne({ orgId: everyOrganisation, hash }).lean<Row>()),
    async insert({ id, ...kiosk }) {
      return toRecord((await kiosks.create({ ...kiosk, _id: id })).toObject());
    },
    async revoke(orgId, id, at) {
      const change = { $set: { revokedAt: at } };
      const alive = { orgId, _id: id, revokedAt: null };
      return orNull(await kiosks.findOneAndUpdate(alive, change, { returnDocument: 'after' }).lean<Row>());
    },
    async findScreen(id) {
      const row = await screens.findOne({ orgId: everyOrganisation, _id: id }).lean<ScreenRow>();
      return row && toScreen(row);
    },
    async insertScreen({ id, ...screen }) {
      return toScreen((await screens.create({ ...screen, _id: id })).toObject());
    },
    async seen({ orgId, id }, at) {
      const screen = await screens.findOneAndUpdate({ orgId, _id: id }, { $set: { lastSeenAt: at } }).lean<ScreenRow>();
      if (screen) await kiosks.updateOne({ orgId, _id: screen.kioskId }, { $set: { lastSeenAt: at } });
    },
    async tidy({ orgId, id: kioskId }, { silentSince, atMost }) {
      await screens.deleteMany({ orgId, kioskId, lastSeenAt: { $lt: silentSince } });
      const beyond = await screens
        .find({ orgId, kioskId }, { _id: 1 })
        .sort({ lastSeenAt: -1 })
        .skip(atMost)
        .lean<Pick<ScreenRow, '_id'>[]>();
      if (beyond.length > 0) await screens.deleteMany({ orgId, _id: { $in: beyond.map(({ _id }) => _id) } });
    },
  };
}

const orNull = (row: Row | null): KioskRecord | null => row && toRecord(row);

const toRecord = ({ _id: id, lastSeenAt: _lastSeenAt, ...row }: Row): KioskRecord => ({
  ...row,
  id,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

const toScreen = ({ _id: id, ...row }: ScreenRow): Screen => ({ ...row, id });
