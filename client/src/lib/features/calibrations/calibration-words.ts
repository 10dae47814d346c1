import type { Calibration } from '@cobench/shared/calibrations/calibration';
import { dayOf } from '@cobench/shared/calibrations/words';
import { written, type Uncertainty } from '@cobench/shared/calibrations/uncertainty';

export const resultWords: Record<Calibration['result'], string> = {
  pass: 'Passed',
  adjusted: 'Adjusted, then passed',
  fail: 'Failed',
};

/** A day of a certificate, in its own time zone. */
export const dayIn = ({ timeZone }: Pick<Calibration, 'timeZone'>, instant: string): string => dayOf(instant, timeZone);

/** “0.13 mTorr”. */
export const withUnit = (value: number, unit: string): string => [written(value), unit].filter(Boolean).join(' ');

/** Degrees of freedom as they are told: whole ones are enough. */
export const degreesOf = ({ degreesOfFreedom }: Pick<Uncertainty, 'degreesOfFreedom'>): string =>
  degreesOfFreedom === null ? '∞' : String(Math.floor(degreesOfFreedom));

/** “1.2 MB”. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
