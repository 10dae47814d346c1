import type { CalibrationStatus } from '@cobench/shared/calibrations/endpoints';
import { doubtsOf, type Doubt, type InstrumentDoubt } from '@cobench/shared/calibrations/doubt';
import { instrumentStanding } from '@cobench/shared/calibrations/standing';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { LockOut } from '@cobench/shared/instruments/lock-out';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { shownAt } from './calibration.service.ts';
import type { CalibrationRepo, Certificate } from './calibration.repo.ts';
import { doubtWords } from './doubt-words.ts';
import { day } from './due.ts';
import { lockOutBy } from './lock-out.ts';

type Instruments = { findAny(orgId: string, id: string): Promise<Instrument | null> };
type Deps = {
  repo: CalibrationRepo;
  instruments: Instruments;
  /** Which alert keeps runs from starting on an instrument; null where none does. */
  heldBy: (orgId: string, instrumentId: string) => Promise<LockOut | null>;
  clock: Clock;
};

/** How an instrument stands, for whoever asks: people, runs and bookings. */
export function calibrationStatus({ repo, instruments, heldBy, clock }: Deps) {
  async function known(orgId: string, id: string): Promise<{ instrument: Instrument; certificates: Certificate[] }> {
    // One after the other: this is asked within transactions too, which do one thing at a time.
    const instrument = await instruments.findAny(orgId, id);
    if (!instrument) throw new Fault('resource.missing');
    return { instrument, certificates: await repo.certificates(orgId, id) };
  }

  /** The times in which an instrument may have measured wrongly, each with a sentence that says why. */
  async function instrumentDoubts(orgId: string, instrumentId: string): Promise<(Doubt & { reason: string })[]> {
    const { instrument, certificates } = await known(orgId, instrumentId);
    return doubtsOf(certificates, instrument.createdAt).map((doubt) => ({
      ...doubt,
      reason: doubtWords(
        instrument.name,
        certificates.find(({ id }) => id === doubt.calibrationId),
      ),
    }));
  }

  return {
    /** @throws Fault `resource.missing` */
    async status(actor: Actor, { id }: { id: string }): Promise<CalibrationStatus> {
      const { orgId } = actor;
      const instrument = await authorize(actor, 'calibration.read', () => instruments.findAny(orgId, id));
      const certificates = await repo.certificates(orgId, id);
      const now = clock();
      const said = saidOf(instrument, { certificates, now });
      const { deciding } = instrumentStanding(certificates, now);
      const record = deciding && (await repo.find(orgId, deciding.id));
      return { ...said, held: await heldBy(orgId, id), calibration: record && shownAt(record, now) };
    },

    /**
     * Why an instrument may not be used or booked now: its own state, or that of its calibration. Null where it may. Safe
     * within a transaction. @throws Fault `resource.missing` where there is no such instrument.
     */
    async lockOutOf(orgId: string, instrumentId: string): Promise<LockOut | null> {
      const { instrument, certificates } = await known(orgId, instrumentId);
      return lockOutBy(instrument, { certificates, now: clock() });
    },

    /** The same of all instruments, for whoever marks what was measured with them. */
    async doubts(actor: Actor): Promise<{ items: InstrumentDoubt[] }> {
      await authorize(actor, 'calibration.read');
      const items: InstrumentDoubt[] = [];
      for (const instrumentId of await repo.doubted(actor.orgId)) {
        const doubts = await instrumentDoubts(actor.orgId, instrumentId);
        items.push(...doubts.map((doubt) => ({ ...doubt, instrumentId })));
      }
      return { items };
    },

    doubtsOf: instrumentDoubts,
  };
}

/** What is said of an instrument beside its certificate. */
export function saidOf(
  instrument: Instrument,
  { certificates, now }: { certificates: readonly Certificate[]; now: Date },
): Omit<CalibrationStatus, 'calibration' | 'held'> {
  const { standing, dueAt } = instrumentStanding(certificates, now);
  return {
    instrumentId: instrument.id,
    instrumentName: instrument.name,
    calibrationRequired: instrument.calibrationRequired,
    standing,
    lockOut: lockOutBy(instrument, { certificates, now }),
    dueAt: dueAt?.toISOString() ?? null,
    daysLeft: standing === 'valid' && dueAt ? Math.floor((dueAt.getTime() - now.getTime()) / day) : null,
  };
}
