import type { DataFile, FileVersion } from '@cobench/shared/files/file';
import type { FileRecord, VersionRecord } from './file.repo.ts';

/** What people are called now, also those who have left. */
export type NamesOf = (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** Versions with who uploaded them by the names that they have now. */
export async function shownVersions(records: readonly VersionRecord[], namesOf: NamesOf): Promise<FileVersion[]> {
  const names = await namesOf([...new Set(records.map(({ uploadedBy }) => uploadedBy))]);
  return records.map((record) => {
    const { uploadedBy: id } = record;
    return { ...record, uploadedBy: { id, name: names.get(id) ?? 'Somebody who left' } };
  });
}

export async function shownFiles(records: readonly FileRecord[], namesOf: NamesOf): Promise<DataFile[]> {
  const latest = await shownVersions(
    records.map((record) => record.latest),
    namesOf,
  );
  return records.flatMap((record, index) => {
    const version = latest[index];
    return version ? [{ ...record, latest: version }] : [];
  });
}
