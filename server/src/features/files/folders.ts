import type { FolderCount } from '@cobench/shared/files/endpoints';

/** The folders directly in one, by name, each with the files in it and below. */
export function foldersIn(parent: string, folders: readonly { path: string; files: number }[]): FolderCount[] {
  const start = parent === '' ? '' : `${parent}/`;
  const counts = new Map<string, number>();
  for (const { path, files } of folders) {
    if (path === '' || !path.startsWith(start) || path.length === start.length) continue;
    const [name = ''] = path.slice(start.length).split('/');
    const child = start + name;
    counts.set(child, (counts.get(child) ?? 0) + files);
  }
  const byName = new Intl.Collator('en', { numeric: true });
  return [...counts].map(([path, files]) => ({ path, files })).toSorted((a, b) => byName.compare(a.path, b.path));
}
