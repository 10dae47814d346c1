import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CalibrationRepo } from './calibration.repo.ts';
import type { DueRepo, DueRow } from './due.repo.ts';
import { noteDue } from './due.ts';

type Deps = { repo: CalibrationRepo; dues: DueRepo; events: DomainEvents; clock: Clock };

/** How many instruments are looked at before the next query. */
const batch = 100;

/**
 * Looks at every instrument whose certificates time has changed: tells whoever shows them, and puts reminders into the outbox.
 * Of several processes one does it for an instrument, all of it or nothing.
 */
export function waking({ repo, dues, events, clock }: Deps) {
  async function look({ orgId, ...row }: DueRow & { orgId: string }): Promise<boolean> {
    const { instrumentId } = row;
    return dues.together(async () => {
      if (!(await dues.claim(orgId, row))) return false;
      const certificates = await repo.certificates(orgId, instrumentId);
      const now = clock();
      await noteDue(dues, { orgId, instrumentId, certificates, now });
      return true;
    });
  }

  return async (): Promise<void> => {
    for (;;) {
      const rows = await dues.awake(clock(), batch);
      for (const row of rows) {
        const { orgId, instrumentId } = row;
        if (await look(row)) await events.publish({ type: 'calibration.changed', orgId, instrumentId });
      }
      if (rows.length < batch) return;
    }
  };
}
