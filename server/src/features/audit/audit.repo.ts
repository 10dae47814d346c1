import type { AuditEntry } from '@cobench/shared/audit/audit';
import type { Page } from '@cobench/shared/page';
import type { ChainEntry, ChainHead } from './chain.ts';

export type AuditFilter = {
  person?: string | undefined;
  kind?: AuditEntry['record']['kind'] | undefined;
  action?: AuditEntry['action'] | undefined;
  outcome?: AuditEntry['outcome'] | undefined;
  record?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
};

/** The chains as records. There is no way to change or remove one. */
export type AuditRepo = {
  /** The newest entry, or what comes before the first. */
  head(orgId: string): Promise<ChainHead>;
  /** The hash of one entry; null where there is none. */
  hashAt(orgId: string, seq: number): Promise<string | null>;
  /** Adds entries that follow the head; false where another process was faster. */
  append(entries: readonly ChainEntry[]): Promise<boolean>;
  list(orgId: string, query: AuditFilter & { limit: number; cursor?: string | undefined }): Promise<Page<ChainEntry>>;
  /** Oldest first, from the store as it is read. */
  each(orgId: string, filter: AuditFilter): AsyncIterable<ChainEntry>;
  /** The organisations that have a chain. */
  chains(): Promise<string[]>;
  /**
   * Runs what changes records and what writes the trail in one transaction. Again where the store asks for it, so `work`
   * must change nothing but the store.
   */
  together<T>(work: () => Promise<T>): Promise<T>;
};
