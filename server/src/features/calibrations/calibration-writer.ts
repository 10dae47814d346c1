import type { AuditedAction } from '@cobench/shared/audit/actions';
import type { CalibrationRecord } from '@cobench/shared/calibrations/calibration';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { DomainEvents } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Trail } from '../audit/index.ts';
import type { CalibrationRepo, Certificate } from './calibration.repo.ts';
import { noteDue } from './due.ts';
import type { DueRepo } from './due.repo.ts';

export type WriterDeps = { repo: CalibrationRepo; dues: DueRepo; trail: Trail; events: DomainEvents; clock: Clock };
type Of = Pick<Instrument, 'id' | 'name' | 'createdAt'>;
type Change = {
  as: AuditedAction;
  reason?: string;
  before?: CalibrationRecord;
  /** Writes it; gets the certificates as they are in this transaction. */
  change: (certificates: readonly Certificate[]) => Promise<CalibrationRecord | null>;
};

/**
 * The one way in which certificates change: the change, when the instrument is due by it and its entry in the audit trail are
 * written together; then whoever draws conclusions from it is told.
 */
export function calibrationWriter({ repo, dues, trail, events, clock }: WriterDeps) {
  const tell = (orgId: string, instrumentId: string): Promise<void> =>
    events.publish({ type: 'calibration.changed', orgId, instrumentId });

  return {
    tell,

    /** Null where `change` found nothing to change. */
    async write(actor: Actor, of: Of, { as, reason = '', before, change }: Change): Promise<CalibrationRecord | null> {
      const { orgId } = actor;
      const told = (record: CalibrationRecord) => ({ ...record, name: `${record.number} of ${of.name}` });
      const written = await trail.record(actor, as, {
        before: before ? told(before) : null,
        reason,
        told,
        change: async () => {
          const record = await change(await repo.certificates(orgId, of.id));
          if (!record) return null;
          await noteDue(dues, {
            orgId,
            instrumentId: of.id,
            certificates: await repo.certificates(orgId, of.id),
            now: clock(),
          });
          return record;
        },
      });
      if (!written) return null;
      await tell(orgId, of.id);
      return written;
    },
  };
}
