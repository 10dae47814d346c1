import { z } from 'zod';
import { Description, Id, Instant, Version } from '../ids.ts';
import { standings } from './standing.ts';
import { BudgetRow, Uncertainty } from './uncertainty.ts';

/** What the laboratory found; `adjusted`: it was off, and was put right. */
export const calibrationResults = ['pass', 'adjusted', 'fail'] as const;

/** What a certificate may be kept as. */
export const certificateTypes = ['application/pdf', 'image/png', 'image/jpeg'] as const;
export type CertificateType = (typeof certificateTypes)[number];
export const largestCertificate = 8 * 1024 * 1024;

export const CertificateFile = z
  .object({
    name: z.string(),
    type: z.enum(certificateTypes),
    /** Bytes. */
    size: z.int(),
    /** Hexadecimal SHA-256 of the bytes. */
    sha256: z.string(),
    attachedAt: Instant,
    attachedByName: z.string(),
  })
  .meta({ id: 'CertificateFile' });
export type CertificateFile = z.infer<typeof CertificateFile>;

const Act = z.object({ at: Instant, by: Id, byName: z.string(), reason: z.string() });

/** A certificate of one instrument. It is never edited: a wrong one is revoked, and the right one recorded. */
export const Calibration = z
  .object({
    id: Id,
    instrumentId: Id,
    number: z.string(),
    issuer: z.string(),
    performedAt: Instant,
    validFrom: Instant,
    /** From this moment on it is not valid any more. */
    expiresAt: Instant,
    /** Where its dates are days: an IANA time zone. */
    timeZone: z.string(),
    result: z.enum(calibrationResults),
    note: z.string(),
    /** What was measured, and the unit of its uncertainty; empty where there is no budget. */
    measurand: z.string(),
    unit: z.string(),
    budget: z.array(BudgetRow),
    /** What the budget comes to; null where there is none. */
    uncertainty: Uncertainty.nullable(),
    file: CertificateFile.nullable(),
    /** An administrator ended it before its time. */
    ended: Act.nullable(),
    /** It is not believed any more; what was measured from `doubtfulSince` on is in doubt. */
    revoked: Act.extend({ doubtfulSince: Instant }).nullable(),
    /** What it is worth now. */
    standing: z.enum(standings),
    version: Version,
    createdAt: Instant,
    createdBy: Id,
    createdByName: z.string(),
  })
  .meta({ id: 'Calibration' });
export type Calibration = z.infer<typeof Calibration>;

/** A certificate as it is kept: what it is worth depends on the time, and what its budget comes to on the budget. */
export type CalibrationRecord = Omit<Calibration, 'standing' | 'uncertainty'>;

const Line = z.string().trim().max(120, 'At most 120 characters.');
const TimeZone = z.string().max(64).refine(isTimeZone, 'This is no time zone.').default('UTC');

/** A whole reason, for whoever asks later. */
export const Reason = z.string().trim().min(1, 'Say why.').max(500, 'At most 500 characters.');

/** Fields of a certificate. That its times follow one another is judged by `timeProblems`. */
export const NewCalibration = z.strictObject({
  number: Line.min(1, 'A number is needed.'),
  issuer: Line.min(1, 'Say who issued it.'),
  performedAt: Instant,
  validFrom: Instant,
  expiresAt: Instant,
  timeZone: TimeZone,
  result: z.enum(calibrationResults),
  note: Description.default(''),
  measurand: Line.default(''),
  unit: z.string().trim().max(24, 'At most 24 characters.').default(''),
  budget: z.array(BudgetRow).max(50, 'At most 50 sources.').default([]),
});
export type NewCalibration = z.infer<typeof NewCalibration>;

type Times = Pick<NewCalibration, 'performedAt' | 'validFrom' | 'expiresAt'>;

/** What is wrong with the times of a certificate that is recorded now, field by field. */
export function timeProblems(times: Times, now: Date): { field: keyof Times; detail: string }[] {
  const [performedAt, validFrom, expiresAt] = [times.performedAt, times.validFrom, times.expiresAt].map(Date.parse);
  const rules = [
    { field: 'performedAt', wrong: Number(performedAt) > now.getTime(), detail: 'It has not been performed yet.' },
    {
      field: 'validFrom',
      wrong: Number(validFrom) < Number(performedAt),
      detail: 'It cannot be valid before it was performed.',
    },
    { field: 'expiresAt', wrong: Number(expiresAt) <= Number(validFrom), detail: 'It must end after it begins.' },
  ] as const;
  return rules.filter(({ wrong }) => wrong).map(({ field, detail }) => ({ field, detail }));
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
