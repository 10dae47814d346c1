import { z } from 'zod';
import { Id } from '../ids.ts';
import type { Instrument } from './instrument.ts';

/** What keeps an instrument from being used: its own state, that of its calibration, or an alert of a control chart. */
export const lockOutCauses = [
  'down',
  'maintenance',
  'missing',
  'pending',
  'expired',
  'revoked',
  'failed',
  'alert',
] as const;

/** Why an instrument may not be used or booked now. */
export const LockOut = z
  .object({
    cause: z.enum(lockOutCauses),
    /** A whole sentence that names the instrument, the certificate and the dates. */
    reason: z.string(),
    /** The calibration it is about; null where there is none. */
    calibrationId: Id.nullable(),
    /** The alert that has to be closed first; null where there is none. */
    alertId: Id.nullable().default(null),
  })
  .meta({ id: 'LockOut' });
export type LockOut = z.infer<typeof LockOut>;

/** Why an instrument may not be used by its own state; null while it is up. */
export function lockOutByState({ name, state, stateReason, stateSince }: Instrument): LockOut | null {
  if (state === 'up') return null;
  const since = `since ${stateSince.slice(0, 16).replace('T', ' ')} UTC${stateReason === '' ? '' : `: ${stateReason}`}`;
  const words = state === 'down' ? `${name} is down ${since}` : `${name} is in maintenance ${since}`;
  return { cause: state, reason: `${words.replace(/[.!?]+$/, '')}.`, calibrationId: null, alertId: null };
}
