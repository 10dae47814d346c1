import { AuditEntry, type AuditVerification } from '@cobench/shared/audit/audit';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import { inTurn } from '../../platform/in-turn.ts';
import { auditFile } from './audit-file.ts';
import type { AuditFilter, AuditRepo } from './audit.repo.ts';
import type { ChainEntry } from './chain.ts';
import type { Checkpoints } from './checkpoint.ts';
import type { Trail } from './trail.ts';
import { verified } from './verify.ts';

type Deps = { repo: AuditRepo; trail: Trail; checkpoints: Checkpoints };
export type AuditService = ReturnType<typeof auditService>;

/** What administrators see of the audit trail. There is nothing here that writes into it but the note of an export. */
export function auditService({ repo, trail, checkpoints }: Deps) {
  // Reading a whole chain is work: one at a time is enough for an organisation.
  const turn = inTurn();

  return {
    async list(
      actor: Actor,
      query: AuditFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<AuditEntry>> {
      await authorize(actor, 'audit.read');
      const page = await repo.list(actor.orgId, query);
      return { ...page, items: page.items.map(toldEntry) };
    },

    async export(actor: Actor, { format, ...filter }: AuditFilter & { format: 'csv' | 'json' }) {
      await authorize(actor, 'audit.read');
      const wanted = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
      await trail.record(actor, 'audit.export', { change: async () => ({ format, ...wanted }) });
      const text = auditFile(toldEntries(repo.each(actor.orgId, filter)), format);
      return format === 'csv'
        ? { name: 'audit.csv', type: 'text/csv; charset=utf-8', text }
        : { name: 'audit.jsonl', type: 'application/jsonl; charset=utf-8', text };
    },

    async verify(actor: Actor): Promise<AuditVerification> {
      await authorize(actor, 'audit.read');
      const { orgId } = actor;
      return turn(orgId, async () => {
        const signed = await checkpoints.of(orgId);
        return verified(repo.each(orgId, {}), signed);
      });
    },
  };
}

/** The entries as they are told to people. */
export async function* toldEntries(entries: AsyncIterable<ChainEntry>): AsyncGenerator<AuditEntry, void, undefined> {
  for await (const entry of entries) yield toldEntry(entry);
}

const toldEntry = ({ at, before, after, ...entry }: ChainEntry): AuditEntry =>
  AuditEntry.parse({ ...entry, at: at.toISOString(), before: fields(before), after: fields(after) });

const fields = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
