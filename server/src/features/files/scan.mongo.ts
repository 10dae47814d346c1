import type { Connection } from 'mongoose';
import { everyOrganisation } from '../../platform/mongo/org-scope.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { fileModel, toRecord, type FileRow } from './file.mongo.ts';
import type { ScanRepo } from './scan.repo.ts';
import { toKeptVersion, versionModel, type ReadVersion } from './version.mongo.ts';

export function mongoScans(connection: Connection): ScanRepo {
  const versions = versionModel(connection);
  const files = fileModel(connection);
  const everywhere = { orgId: everyOrganisation };
  const waits = { scan: 'waiting' } as const;

  return {
    async take(now, until) {
      const free = { ...everywhere, ...waits, $or: [{ scanFrom: { $exists: false } }, { scanFrom: { $lte: now } }] };
      const row = await versions
        .findOneAndUpdate(free, { $set: { scanFrom: until } }, { sort: { scanFrom: 1, _id: 1 } })
        .lean<ReadVersion>();
      return row && toKeptVersion(row);
    },
    async keep({ stored: { orgId, id } }, until) {
      await versions.updateOne({ orgId, _id: id, ...waits }, { $set: { scanFrom: until } });
    },
    judge: ({ number, stored: { orgId, id, fileId } }, scan) =>
      inTransaction(connection, async () => {
        const judged = await versions.updateOne(
          { orgId, _id: id, ...waits },
          { $set: { scan }, $unset: { scanFrom: 1 } },
        );
        if (judged.modifiedCount === 0) return null;
        await files.updateOne({ orgId, _id: fileId, 'latest.number': number }, { $set: { 'latest.scan': scan } });
        const file = await files.findOne({ orgId, _id: fileId }).lean<FileRow>();
        return file && { file: toRecord(file), version: number };
      }),
    waiting: () => versions.countDocuments({ ...everywhere, ...waits }),
  };
}
