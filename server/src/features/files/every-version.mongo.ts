import type { Connection } from 'mongoose';
import { everyOrganisation } from '../../platform/mongo/org-scope.ts';
import type { KeptVersion } from './file.repo.ts';
import { toKeptVersion, versionModel, type ReadVersion } from './version.mongo.ts';

const atOnce = 100;

/** Every version of every organisation in the order of their ids, which is that of their uploads; those behind `after`. */
export async function* everyVersion(connection: Connection, after = ''): AsyncGenerator<KeptVersion> {
  const versions = versionModel(connection);
  for (let last = after; ;) {
    const filter = { orgId: everyOrganisation, _id: { $gt: last } };
    const rows = await versions.find(filter).sort({ _id: 1 }).limit(atOnce).lean<ReadVersion[]>();
    for (const row of rows) yield toKeptVersion(row);
    const end = rows.at(-1);
    if (!end) return;
    last = end._id;
  }
}
