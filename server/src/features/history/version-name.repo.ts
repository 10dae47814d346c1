import type { DocumentRef } from './document-history.ts';

/** The name that somebody gave a state of a document. */
export type VersionName = { seq: number; text: string; version: number; by: string; at: string };

/** What the feature needs from storage; every call stays within one organisation. */
export type VersionNameRepo = {
  /** All names in a document, by rising number. */
  list(document: DocumentRef): Promise<VersionName[]>;
  find(document: DocumentRef, seq: number): Promise<VersionName | null>;
  /** @throws Fault `state.conflict` where the state has a name. */
  insert(document: DocumentRef, name: VersionName): Promise<VersionName>;
  /** Null when `version` is stale: the caller lost the race. */
  rename(document: DocumentRef, seq: number, change: { version: number; text: string }): Promise<VersionName | null>;
};
