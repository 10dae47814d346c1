import { Schema, type Connection } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';
import type { CertificateFiles } from './calibration.repo.ts';

type Row = { _id: string; orgId: string; sealed: Buffer };
/** As the driver reads bytes without a model around them. */
type Read = { sealed: { buffer: Buffer } };

const schema = new Schema<Row>(
  { _id: { type: String, required: true }, sealed: { type: Buffer, required: true } },
  { collection: 'calibrationFiles', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);

/** The bytes of certificates in a collection of their own: who reads certificates does not read them along. */
export function mongoCertificateFiles(connection: Connection): CertificateFiles {
  const model = connection.model<Row>('CalibrationFile', schema);
  return {
    async insert(orgId, calibrationId, sealed) {
      await model.create({ _id: calibrationId, orgId, sealed });
    },
    async find(orgId, calibrationId) {
      const row = await model.findOne({ orgId, _id: calibrationId }).lean<Read>();
      return row && row.sealed.buffer;
    },
  };
}
