import type { Entry, PropertiesInUse } from '@cobench/shared/notebook/entry';
import type { Page } from '@cobench/shared/page';
import type { Scope } from '../../platform/access.ts';
import type { RecordedProperties } from './entry-record.ts';

export type EntryQuery = {
  projectId?: string | undefined;
  q?: string | undefined;
  /** Keys that an entry must have, all of them. */
  keys: readonly string[];
  limit: number;
  cursor?: string | undefined;
};

/**
 * What the server reads out of a document after people typed in it; without an excerpt that stays as it is. `seq` numbers
 * the state of the document that was read, where that is known.
 */
export type Projection = {
  excerpt?: string;
  properties: RecordedProperties;
  seq?: number;
  editedBy: string;
  at: Date;
};

/** An entry from before titles were in documents. */
export type OldEntry = { orgId: string; id: string; title: string; createdBy: string };

/** What the feature needs from storage; every call stays within one organisation. */
export type EntryRepo = {
  list(scope: Scope, query: EntryQuery): Promise<Page<Entry>>;
  inUse(scope: Scope, of: { projectId?: string | undefined }): Promise<PropertiesInUse>;
  find(orgId: string, id: string): Promise<Entry | null>;
  /** Those of some ids that are there and in sight. */
  visibleAmong(scope: Scope, ids: readonly string[]): Promise<string[]>;
  findDeleted(orgId: string, id: string): Promise<Entry | null>;
  insert(orgId: string, entry: Omit<Entry, keyof RecordedProperties> & RecordedProperties): Promise<Entry>;
  /**
   * Keeps the record up with the document; it gets a new version where its properties are others than before. Null where
   * the entry is gone, or has been told a later state.
   */
  project(orgId: string, id: string, projection: Projection): Promise<Entry | null>;
  setDeleted(orgId: string, id: string, at: Date | null): Promise<Entry | null>;
  /** Entries of a deleted project are hidden, and come back with it. */
  hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
  /** Some entries, deleted ones too, that have never been given properties. */
  someWithoutProperties(limit: number): Promise<OldEntry[]>;
  /** Gives such an entry its properties; nothing else about it changes. */
  giveProperties(orgId: string, id: string, properties: RecordedProperties): Promise<void>;
};
