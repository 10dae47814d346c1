import type { fileSorts } from '@cobench/shared/files/endpoints';
import type { Attachment, DataFile, FileKind, FileVersion } from '@cobench/shared/files/file';
import type { Page } from '@cobench/shared/page';
import type { Scope } from '../../platform/access.ts';
import type { StoredFile } from '../../platform/sealed-files/stored-file.ts';

/** A version as it is kept: who uploaded it is an id, for names change. */
export type VersionRecord = Omit<FileVersion, 'uploadedBy'> & { uploadedBy: string };
export type FileRecord = Omit<DataFile, 'latest'> & { latest: VersionRecord };
/** A version with how its bytes lie in the store and what opens them. */
export type KeptVersion = VersionRecord & { stored: StoredFile };

type PageRequest = { limit: number; cursor?: string | undefined };
export type FileQuery = PageRequest & {
  projectId?: string | undefined;
  folder?: string | undefined;
  under?: string | undefined;
  kind?: FileKind | undefined;
  tag?: string | undefined;
  uploadedBy?: string | undefined;
  runId?: string | undefined;
  entryId?: string | undefined;
  trash?: 'only' | undefined;
  q?: string | undefined;
  sort: (typeof fileSorts)[number];
};

/** What people write about a file. */
export type FileChange = {
  name?: string | undefined;
  folder?: string | undefined;
  tags?: readonly string[] | undefined;
  description?: string | undefined;
};

/** What the catalogue needs from storage; every call stays within one organisation. */
export type FileRepo = {
  list(scope: Scope, query: FileQuery): Promise<Page<FileRecord>>;
  /** Every folder of a project that files lie in, with how many do. */
  folders(scope: Scope, projectId: string): Promise<{ path: string; files: number }[]>;
  /** Tags in use, most used first. */
  tags(scope: Scope, of: { projectId?: string | undefined; limit: number }): Promise<string[]>;
  /** One that is in the trash, too. */
  find(orgId: string, id: string): Promise<FileRecord | null>;
  /** Sets a number aside for a version that is about to come. Null where the file is gone or in the trash. */
  reserveVersion(orgId: string, id: string): Promise<number | null>;
  insert(orgId: string, file: FileRecord, version: KeptVersion): Promise<FileRecord>;
  /** The highest number is the latest, whichever came last. Null where the file is gone or in the trash. */
  addVersion(orgId: string, id: string, version: KeptVersion): Promise<FileRecord | null>;
  /** Null where somebody changed it since that revision, or it is gone or in the trash. */
  edit(orgId: string, id: string, change: FileChange & { revision: number; at: Date }): Promise<FileRecord | null>;
  /** Null where it is gone, in the trash, or belongs to it already. */
  attach(orgId: string, id: string, to: Attachment & { at: Date }): Promise<FileRecord | null>;
  /** Null where it is gone, in the trash, or does not belong to it. */
  detach(orgId: string, id: string, from: Attachment & { at: Date }): Promise<FileRecord | null>;
  /** Null where it is so already. */
  setDeleted(orgId: string, id: string, at: Date | null): Promise<FileRecord | null>;
  /**
   * Takes a file out that is in the trash, and was before that moment where one is named, with its versions; answers them.
   * Null where it is not in the trash.
   */
  remove(orgId: string, id: string, before?: Date): Promise<{ file: FileRecord; versions: KeptVersion[] } | null>;
  /** Some files, also of deleted projects, that have been in the trash since before. */
  inTrashBefore(at: Date, limit: number): Promise<{ orgId: string; id: string }[]>;
  /** Newest first. */
  versions(orgId: string, id: string, page: PageRequest): Promise<Page<VersionRecord>>;
  version(orgId: string, id: string, number: number): Promise<KeptVersion | null>;
  /** Files of a deleted project are hidden, and come back with it. */
  hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
};
