import { fileSorts } from '@cobench/shared/files/endpoints';
import { FileKind, Folder, type DataFile } from '@cobench/shared/files/file';

export type FileSort = (typeof fileSorts)[number];

/** Which files a list shows, and in which order. */
export type FileFilter = {
  /** Null: of all projects. */
  projectId: string | null;
  /** Where one stands; empty at the top, and everywhere where several projects are listed. */
  folder: string;
  /** Files of all folders below it, too. */
  flat: boolean;
  kind: FileKind | null;
  tag: string | null;
  uploadedBy: string | null;
  q: string;
  trash: boolean;
  sort: FileSort;
};

type Who = { projectId: string | null; personId: string | null };

/** Reads the query of an address; what it does not know is as if it were not there. */
export function filterIn(query: Pick<URLSearchParams, 'get' | 'has'>, { projectId, personId }: Who): FileFilter {
  const trash = query.has('trash');
  const [q, tag] = [query.get('q') ?? '', query.get('tag')];
  const kind = FileKind.safeParse(query.get('kind')).data ?? null;
  const uploadedBy = query.has('mine') ? personId : null;
  const isNarrowed = q !== '' || tag !== null || kind !== null || uploadedBy !== null;
  return {
    projectId,
    kind,
    tag,
    uploadedBy,
    q,
    trash,
    folder: projectId === null || trash ? '' : (Folder.safeParse(query.get('folder')).data ?? ''),
    flat: projectId === null || trash || isNarrowed || query.get('view') === 'all',
    sort: fileSorts.find((sort) => sort === query.get('sort')) ?? 'newest',
  };
}

/** Whether a list without files is empty because something was asked for. */
export const isNarrowed = ({ q, kind, tag, uploadedBy }: FileFilter): boolean =>
  q !== '' || kind !== null || tag !== null || uploadedBy !== null;

/** Whether a file is one of those that a filter shows, as far as that can be told without the server's search. */
export function belongs(file: DataFile, filter: FileFilter): boolean {
  const { projectId, folder, flat, kind, tag, uploadedBy, trash } = filter;
  if ((file.deletedAt !== null) !== trash) return false;
  if (projectId !== null && file.projectId !== projectId) return false;
  if (kind !== null && file.latest.kind !== kind) return false;
  if (tag !== null && !file.tags.includes(tag)) return false;
  if (uploadedBy !== null && file.latest.uploadedBy.id !== uploadedBy) return false;
  return file.folder === folder || (flat && (folder === '' || file.folder.startsWith(`${folder}/`)));
}
