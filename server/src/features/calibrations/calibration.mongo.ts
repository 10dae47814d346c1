import type { CalibrationRecord } from '@cobench/shared/calibrations/calibration';
import { Schema, type Connection, type QueryFilter } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import type { CalibrationRepo, Certificate } from './calibration.repo.ts';

type Row = Omit<CalibrationRecord, 'id' | 'performedAt' | 'validFrom' | 'expiresAt' | 'createdAt'> & {
  _id: string;
  orgId: string;
  performedAt: Date;
  validFrom: Date;
  expiresAt: Date;
  createdAt: Date;
};

const needed = <T>(type: T) => ({ type, required: true }) as const;
const text = { type: String, default: '' } as const;
const schema = new Schema<Row>(
  {
    _id: needed(String),
    instrumentId: needed(String),
    number: needed(String),
    issuer: needed(String),
    performedAt: needed(Date),
    validFrom: needed(Date),
    expiresAt: needed(Date),
    timeZone: needed(String),
    result: needed(String),
    note: text,
    measurand: text,
    unit: text,
    budget: { type: Schema.Types.Mixed, default: [] },
    file: { type: Schema.Types.Mixed, default: null },
    ended: { type: Schema.Types.Mixed, default: null },
    revoked: { type: Schema.Types.Mixed, default: null },
    version: needed(Number),
    createdAt: needed(Date),
    createdBy: needed(String),
    createdByName: text,
  },
  { collection: 'calibrations', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, instrumentId: 1, performedAt: -1, _id: -1 });

export function mongoCalibrations(connection: Connection): CalibrationRepo {
  const model = connection.model<Row>('Calibration', schema);
  const after = { returnDocument: 'after', lean: true } as const;
  const act = async (filter: object, set: object): Promise<CalibrationRecord | null> => {
    const row = await model.findOneAndUpdate(filter, { $set: set, $inc: { version: 1 } }, after);
    return row && toRecord(row);
  };
  const certificates = async (filter: QueryFilter<Row>): Promise<Certificate[]> =>
    (await model.find(filter).select({ budget: 0, note: 0, file: 0 }).lean<Row[]>()).map((row) => ({
      ...row,
      ...times(row),
      id: row._id,
    }));

  return {
    async page(orgId, instrumentId, request) {
      const order = { by: 'performedAt', descending: true } as const;
      const page = await findPage(model, { orgId, instrumentId }, order, request);
      return { ...page, items: page.items.map(toRecord) };
    },
    async find(orgId, id) {
      const row = await model.findOne({ orgId, _id: id }).lean<Row>();
      return row && toRecord(row);
    },
    certificates: (orgId, instrumentId) => certificates({ orgId, instrumentId }),
    certificatesOfAll: (orgId, instrumentIds) => certificates({ orgId, instrumentId: { $in: [...instrumentIds] } }),
    doubted: (orgId) =>
      model.distinct('instrumentId', { orgId, $or: [{ result: 'fail' }, { revoked: { $ne: null } }] }),
    insert: async (orgId, { id, ...calibration }) =>
      toRecord((await model.create({ ...calibration, _id: id, orgId })).toObject()),
    attach: (orgId, id, file) => act({ orgId, _id: id, file: null }, { file }),
    end: (orgId, id, ended) => act({ orgId, _id: id, ended: null, revoked: null }, { ended }),
    revoke: (orgId, id, revoked) => act({ orgId, _id: id, revoked: null }, { revoked }),
  };
}

const times = (row: Row) => ({
  performedAt: row.performedAt.toISOString(),
  validFrom: row.validFrom.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
});

function toRecord(row: Row): CalibrationRecord {
  const { _id: id, orgId: _org, ...calibration } = row;
  return { ...calibration, ...times(row), id };
}
