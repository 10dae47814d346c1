import type { FileLimits } from '@cobench/shared/files/upload';

/** What is kept, and what uploads under way will need, in bytes; and how many are under way. */
export type Counted = { used: number; reserved: number; uploads: number };
export type Counts = { organisation: Counted; person: Counted };
export type Whose = { orgId: string; personId: string };

/** What the limits need from storage. */
export type UsageRepo = {
  counts(of: Whose): Promise<Counts>;
  /** Adds to what is counted of the person and the organisation, both or neither; answers what that makes. */
  count(of: Whose, change: Partial<Counted>): Promise<Counts>;
  /** The same for who need not know what it makes. */
  add(of: Whose, change: Partial<Counted>): Promise<void>;
  /** Makes the counters that are added to, so that nothing is made within a transaction. */
  prepare(of: Whose): Promise<void>;
  /** Null where nobody has set any. */
  limits(orgId: string): Promise<FileLimits | null>;
  /** Null where somebody else has set them since that revision. */
  setLimits(orgId: string, limits: FileLimits): Promise<FileLimits | null>;
};
