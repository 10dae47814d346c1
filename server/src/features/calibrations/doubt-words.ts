import { dayOf } from '@cobench/shared/calibrations/words';
import { sentence } from './lock-out.ts';
import type { Certificate } from './calibration.repo.ts';

/** Why what an instrument measured is in doubt, as a whole sentence that names it and the certificate. */
export function doubtWords(instrumentName: string, certificate: Certificate | undefined): string {
  if (!certificate) return `A calibration of ${instrumentName} is in doubt.`;
  const { number, revoked, performedAt, timeZone } = certificate;
  if (!revoked)
    return `The calibration of ${instrumentName} of ${dayOf(performedAt, timeZone)} failed (certificate ${number}).`;
  const day = dayOf(revoked.at, timeZone);
  return sentence(`Certificate ${number} of ${instrumentName} was revoked on ${day}`, revoked.reason);
}
