import { z } from 'zod';
import { Id, Instant } from '../ids.ts';
import { inOrderOfPerformance, type Judged } from './standing.ts';

/** What a person is told of a doubt. */
export const InstrumentDoubt = z
  .object({
    instrumentId: Id,
    calibrationId: Id,
    since: Instant,
    until: Instant.nullable(),
    /** A sentence that names the instrument and the certificate. */
    reason: z.string(),
  })
  .meta({ id: 'InstrumentDoubt' });
export type InstrumentDoubt = z.infer<typeof InstrumentDoubt>;

/** A time in which an instrument may have measured wrongly, because of one certificate. */
export type Doubt = {
  calibrationId: string;
  since: string;
  /** When the next good calibration was surely done; null while there is none. */
  until: string | null;
};

/**
 * The times in doubt, in the order of the calibrations. A failed calibration puts all in doubt since the last good one
 * was performed, or since the instrument is known where there was none; a revoked certificate since the moment that was
 * named when it was revoked. Both until the next good one was surely done: a certificate knows the day, so what was measured
 * earlier on that day is in doubt, too. A failed one that was revoked doubts nothing.
 */
export function doubtsOf(calibrations: readonly Judged[], knownSince: string): Doubt[] {
  const inOrder = calibrations.toSorted(inOrderOfPerformance);
  const isGood = (one: Judged): boolean => one.result !== 'fail' && !one.revoked;
  return inOrder.flatMap((one, at): Doubt[] => {
    if (isGood(one) || (one.result === 'fail' && one.revoked)) return [];
    const since = one.revoked?.doubtfulSince ?? inOrder.slice(0, at).findLast(isGood)?.performedAt ?? knownSince;
    const next = inOrder.slice(at + 1).find(isGood);
    return [{ calibrationId: one.id, since, until: next ? surelyDone(next) : null }];
  });
}

/** A day after the moment that the certificate says, or when it was recorded where that was earlier. */
const surelyDone = ({ performedAt, createdAt }: Judged): string =>
  new Date(Math.min(Date.parse(performedAt) + day, Date.parse(createdAt))).toISOString();

const day = 86_400_000;

type Measured = { instrumentId: string | null; startedAt: string | null };

/** The first doubt that a run falls into: it was started in that time on that instrument. */
export const doubtOf = (run: Measured, doubts: readonly InstrumentDoubt[]): InstrumentDoubt | undefined =>
  doubts.find(
    ({ instrumentId, since, until }) =>
      run.instrumentId === instrumentId &&
      run.startedAt !== null &&
      Date.parse(run.startedAt) >= Date.parse(since) &&
      (until === null || Date.parse(run.startedAt) < Date.parse(until)),
  );
