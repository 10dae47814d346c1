import type { Connection } from 'mongoose';
import { everyOrganisation } from '../../platform/mongo/org-scope.ts';
import { fileModel, type FileRow } from './file.mongo.ts';
import { versionModel, type VersionRow } from './version.mongo.ts';

const atOnce = 100;
type File = Pick<FileRow, '_id' | 'latest' | 'versions'>;
type Version = Pick<VersionRow, 'fileId' | 'number' | 'size' | 'sha256'>;

/** Files of every organisation that say of their versions what is not so, in the order of their ids. */
export async function* lostVersions(connection: Connection): AsyncGenerator<{ fileId: string; wrong: string }> {
  const [files, versions] = [fileModel(connection), versionModel(connection)];
  const everywhere = { orgId: everyOrganisation };

  /** Files first: a version is there before its file tells of it. */
  async function wrongAmong(filter: object, limit: number) {
    const rows = await files
      .find({ ...everywhere, ...filter })
      .select({ latest: 1, versions: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<File[]>();
    const of = { ...everywhere, fileId: { $in: rows.map(({ _id }) => _id) } };
    const kept = await versions.find(of).select({ fileId: 1, number: 1, size: 1, sha256: 1 }).lean<Version[]>();
    const wrong = rows.flatMap((row) => {
      const why = wrongWith(
        row,
        kept.filter(({ fileId }) => fileId === row._id),
      );
      return why === null ? [] : [{ fileId: row._id, wrong: why }];
    });
    return { wrong, last: rows.at(-1)?._id };
  }

  for (let last: string | undefined = ''; last !== undefined;) {
    const some: Awaited<ReturnType<typeof wrongAmong>> = await wrongAmong({ _id: { $gt: last } }, atOnce);
    for (const { fileId } of some.wrong) {
      // Somebody may have added a version, or removed the file for good, between the two questions.
      const again = await wrongAmong({ _id: fileId }, 1);
      yield* again.wrong;
    }
    last = some.last;
  }
}

function wrongWith({ latest, versions }: File, kept: readonly Version[]): string | null {
  const { number, size, sha256 } = latest;
  const row = kept.find((one) => one.number === number);
  if (!row) return `its version ${number} is not there`;
  if (row.size !== size || row.sha256 !== sha256) return `it says otherwise of its version ${number} than that does`;
  return kept.length === versions ? null : `it has ${kept.length} of ${versions} versions`;
}
