import { createHash } from 'node:crypto';
import type { AuditEntry, AuditedDoer, AuditedRecord } from '@cobench/shared/audit/audit';
import type { z } from 'zod';

/** What is about to be written down. `before` and `after` are JSON texts, so that no store can change their bytes. */
export type Happening = {
  by: z.infer<typeof AuditedDoer>;
  action: AuditEntry['action'];
  outcome: AuditEntry['outcome'];
  record: z.infer<typeof AuditedRecord>;
  reason: string;
  before: string | null;
  after: string | null;
};

/** An entry as it is kept: its place, and the hash that binds it to the one before. */
export type ChainEntry = Happening & {
  orgId: string;
  seq: number;
  at: Date;
  hash: string;
};
export type ChainHead = Pick<ChainEntry, 'seq' | 'at' | 'hash'>;

/** The chain of what belongs to no organisation, like a sign-in that nobody is known by. */
export const installationChain = 'installation';

/** What comes before the first entry. */
export const noEntries: ChainHead = { seq: 0, at: new Date(0), hash: '' };

/** The entries that follow `head`, in order. Time never goes back, whatever the clock does. */
export function linked(happenings: readonly Happening[], head: ChainHead, chain: { orgId: string; now: Date }) {
  const entries: ChainEntry[] = [];
  let last = head;
  for (const happening of happenings) {
    const at = chain.now < last.at ? last.at : chain.now;
    const entry = { ...happening, orgId: chain.orgId, seq: last.seq + 1, at };
    last = { ...entry, hash: hashOf(entry, last.hash) };
    entries.push({ ...entry, hash: last.hash });
  }
  return entries;
}

/**
 * SHA-256 (hexadecimal) over the hash before and every field, as one JSON list: texts and numbers in a fixed order, so
 * that there is one way to write it. Whoever changes an entry must rewrite all that follow, and meets the checkpoints.
 */
export function hashOf(entry: Omit<ChainEntry, 'hash'>, previous: string): string {
  const { orgId, seq, at, by, action, outcome, record, reason, before, after } = entry;
  const who = [by.kind, by.id, by.name, by.through];
  const what = [action, outcome, record.kind, record.id, record.name, reason, before, after];
  return createHash('sha256')
    .update(JSON.stringify([1, previous, orgId, seq, at.toISOString(), ...who, ...what]))
    .digest('hex');
}
