import { auditEndpoints, type AuditEntry, type AuditVerification } from '@cobench/shared/audit/audit';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { filterOf, type AuditChoice } from './audit-choice.ts';

/** An entry as a list holds it: its number is its id. */
export type AuditLine = AuditEntry & { id: string };

/** The audit trail of the organisation, newest first. `choice` is read reactively. */
export class AuditLog {
  readonly list: PagedList<AuditLine>;
  /** What the last verification found; null before one. */
  verification = $state.raw<AuditVerification | null>(null);
  readonly verifying = new Submission();

  constructor(choice: () => AuditChoice) {
    this.list = new PagedList(async (cursor) => {
      const page = await call(auditEndpoints.list, { cursor, ...filterOf(choice()) });
      return { ...page, items: page.items.map((entry) => ({ ...entry, id: String(entry.seq) })) };
    });
  }

  async verify(): Promise<void> {
    this.verification = await this.verifying.send(() => call(auditEndpoints.verify, {}));
  }
}
