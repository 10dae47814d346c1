import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant } from '../ids.ts';
import { LockOut } from '../instruments/lock-out.ts';
import { pageOf, pageQuery } from '../page.ts';
import { Run } from '../runs/run.ts';
import { Calibration, certificateTypes, NewCalibration, Reason } from './calibration.ts';
import { InstrumentDoubt } from './doubt.ts';
import { standings } from './standing.ts';

export const instrumentCalibrationStandings = [...standings, 'missing'] as const;

/** How an instrument stands with its calibration at this moment. */
export const CalibrationStatus = z
  .object({
    instrumentId: Id,
    instrumentName: z.string(),
    /** Whether it may be used only with a valid calibration. */
    calibrationRequired: z.boolean(),
    standing: z.enum(instrumentCalibrationStandings),
    /** Why it may not be used now; null where it may. */
    lockOut: LockOut.nullable(),
    /** Why no run starts on it now although it may be used and booked: an alert of a control chart; null where none holds it. */
    held: LockOut.nullable(),
    /** The certificate that decides; null where there is none. */
    calibration: Calibration.nullable(),
    /** When no certificate covers it any more, or since when none does; null where none ever did. */
    dueAt: Instant.nullable(),
    /** Whole days until then; null where it is not valid now. */
    daysLeft: z.int().nullable(),
  })
  .meta({ id: 'CalibrationStatus' });
export type CalibrationStatus = z.infer<typeof CalibrationStatus>;

/** An instrument on the list of what is due. */
export const CalibrationDue = CalibrationStatus.omit({ calibration: true, held: true })
  .extend({
    location: z.string(),
    ownerName: z.string().nullable(),
    /** The certificate that decides. */
    calibration: Calibration.pick({ id: true, number: true, expiresAt: true, timeZone: true }).nullable(),
  })
  .meta({ id: 'CalibrationDue' });
export type CalibrationDue = z.infer<typeof CalibrationDue>;

/** What a certificate puts in doubt: runs that were started on its instrument in a time that it says nothing reliable about. */
export const CalibrationImpact = pageOf(
  Run.pick({ id: true, name: true, projectId: true, state: true, startedAt: true, finishedAt: true }),
)
  .extend({
    /** The time, and a whole sentence that says why; null where the certificate puts nothing in doubt. */
    doubt: z.object({ since: Instant, until: Instant.nullable(), reason: z.string() }).nullable(),
  })
  .meta({ id: 'CalibrationImpact' });
export type CalibrationImpact = z.infer<typeof CalibrationImpact>;

export const calibrationEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/instruments/:id/calibrations',
    access: 'calibration.read',
    summary: 'The calibrations of an instrument, the last performed first',
    input: ById.extend(pageQuery),
    output: pageOf(Calibration),
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/instruments/:id/calibrations',
    access: 'calibration.create',
    summary: 'Record a calibration certificate of an instrument',
    input: NewCalibration.extend({ id: Id }),
    output: Calibration,
    status: 201,
  }),
  status: endpoint({
    method: 'get',
    path: '/api/v1/instruments/:id/calibration/status',
    access: 'calibration.read',
    summary: 'Whether an instrument may be used now, and what decides',
    input: ById,
    output: CalibrationStatus,
  }),
  due: endpoint({
    method: 'get',
    path: '/api/v1/calibrations/due',
    access: 'calibration.read',
    summary: 'Instruments that need a calibration: those without a valid one first, then by what is due next',
    input: z.strictObject({
      ...pageQuery,
      /** Only what has no valid calibration, or is due within so many days. */
      within: z.coerce.number().int().min(0).max(3650).optional(),
      q: z.string().trim().max(120).optional(),
    }),
    output: pageOf(CalibrationDue),
  }),
  doubts: endpoint({
    method: 'get',
    path: '/api/v1/calibrations/doubts',
    access: 'calibration.read',
    summary: 'The times in which instruments may have measured wrongly: what was started then is in doubt',
    input: z.strictObject({}),
    output: z.object({ items: z.array(InstrumentDoubt) }),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/calibrations/:id',
    access: 'calibration.read',
    summary: 'One calibration',
    input: ById,
    output: Calibration,
  }),
  impact: endpoint({
    method: 'get',
    path: '/api/v1/calibrations/:id/impact',
    access: 'calibration.read',
    summary: 'The runs that a failed or revoked calibration puts in doubt, oldest first',
    input: ById.extend(pageQuery),
    output: CalibrationImpact,
  }),
  attach: endpoint({
    method: 'post',
    path: '/api/v1/calibrations/:id/file',
    access: 'calibration.create',
    summary: 'Attach the file of a certificate that has none: PDF, PNG or JPEG, up to 8 MB',
    input: ById.extend({ name: z.string().trim().min(1).max(200).default('certificate') }),
    upload: certificateTypes,
    output: Calibration,
  }),
  file: endpoint({
    method: 'get',
    path: '/api/v1/calibrations/:id/file',
    access: 'calibration.read',
    summary: 'The file of a certificate',
    input: ById,
    output: z.string(),
    file: true,
  }),
  revoke: endpoint({
    method: 'post',
    path: '/api/v1/calibrations/:id/revoke',
    access: 'calibration.revoke',
    summary: 'Declare a certificate void, and say since when its values are in doubt',
    input: ById.extend({ reason: Reason, doubtfulSince: Instant.optional() }),
    output: Calibration,
  }),
  expire: endpoint({
    method: 'post',
    path: '/api/v1/calibrations/:id/expire',
    access: 'calibration.expire',
    summary: 'End a certificate before its time',
    input: ById.extend({ reason: Reason }),
    output: Calibration,
  }),
};
