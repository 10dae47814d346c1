import { dayOf } from '@cobench/shared/calibrations/words';
import { instrumentStanding } from '@cobench/shared/calibrations/standing';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import { lockOutByState, type LockOut } from '@cobench/shared/instruments/lock-out';
import type { Certificate } from './calibration.repo.ts';

type Judgement = { certificates: readonly Certificate[]; now: Date };

/** Why an instrument may not be used now: its own state first, then its calibration where it needs one. Null where it may. */
export function lockOutBy(instrument: Instrument, { certificates, now }: Judgement): LockOut | null {
  const { name, archivedAt } = instrument;
  if (archivedAt !== null) {
    return {
      cause: 'down',
      reason: `${name} was put into the archive on ${dayOf(archivedAt)}.`,
      calibrationId: null,
      alertId: null,
    };
  }
  const byState = lockOutByState(instrument);
  if (byState) return byState;
  if (!instrument.calibrationRequired) return null;
  const { standing, deciding } = instrumentStanding(certificates, now);
  if (standing === 'valid') return null;
  const why = deciding ? saidOf(deciding, standing) : 'it has no calibration certificate.';
  return {
    cause: standing,
    reason: `${name} is locked out: ${why}`,
    calibrationId: deciding?.id ?? null,
    alertId: null,
  };
}

function saidOf(
  certificate: Certificate,
  standing: Exclude<LockOut['cause'], 'down' | 'maintenance' | 'alert'>,
): string {
  const { number, timeZone, ended, revoked } = certificate;
  const day = (instant: string): string => dayOf(instant, timeZone);
  switch (standing) {
    case 'pending':
      return `certificate ${number} is valid only from ${day(certificate.validFrom)}.`;
    case 'expired':
      if (ended && Date.parse(ended.at) < Date.parse(certificate.expiresAt))
        return sentence(`certificate ${number} was ended on ${day(ended.at)} by ${ended.byName}`, ended.reason);
      return `certificate ${number} expired on ${day(certificate.expiresAt)}.`;
    case 'revoked':
      if (!revoked) return `certificate ${number} was revoked.`;
      return sentence(`certificate ${number} was revoked on ${day(revoked.at)} by ${revoked.byName}`, revoked.reason);
    case 'failed':
      return `its calibration of ${day(certificate.performedAt)} failed (certificate ${number}).`;
    case 'missing':
      return 'it has no calibration certificate.';
    default:
      return standing satisfies never;
  }
}

/** A statement with its reason, ending as a sentence does. */
export function sentence(statement: string, reason: string): string {
  const whole = reason === '' ? statement : `${statement}: ${reason}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
