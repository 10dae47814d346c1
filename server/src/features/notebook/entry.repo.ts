import type { Entry } from '@cobench/shared/notebook/entry';
import type { Page } from '@cobench/shared/page';

export type EntryQuery = {
  projectId?: string | undefined;
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** What the server reads out of a document after people typed in it. */
export type Projection = { excerpt: string; editedBy: string; at: Date };

/** What the feature needs from storage; every call stays within one organisation. */
export type EntryRepo = {
  list(orgId: string, query: EntryQuery): Promise<Page<Entry>>;
  find(orgId: string, id: string): Promise<Entry | null>;
  findDeleted(orgId: string, id: string): Promise<Entry | null>;
  insert(orgId: string, entry: Entry): Promise<Entry>;
  /** Null when `version` is stale: the caller lost the race. */
  rename(
    orgId: string,
    id: string,
    change: { version: number; title: string; at: Date; editedBy: string },
  ): Promise<Entry | null>;
  /** Keeps the list up with the document. Null where the entry is gone. */
  project(orgId: string, id: string, projection: Projection): Promise<Entry | null>;
  setDeleted(orgId: string, id: string, at: Date | null): Promise<Entry | null>;
  /** Entries of a deleted project are hidden, and come back with it. */
  hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
};
