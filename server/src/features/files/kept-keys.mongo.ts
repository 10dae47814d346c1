import type { Connection } from 'mongoose';
import { everyOrganisation } from '../../platform/mongo/org-scope.ts';
import { versionModel, type VersionRow } from './version.mongo.ts';

/** Of keys of objects, those of versions that are there, in whichever organisation. */
export function mongoKeptKeys(connection: Connection): (keys: readonly string[]) => Promise<Set<string>> {
  const versions = versionModel(connection);
  return async (keys) => {
    const filter = { orgId: everyOrganisation, objectKey: { $in: [...keys] } };
    const rows = await versions.find(filter).select({ objectKey: 1 }).lean<Pick<VersionRow, 'objectKey'>[]>();
    return new Set(rows.map(({ objectKey }) => objectKey));
  };
}
