import { sigmaMethods, type ChartOptions } from './charts.ts';
import { normalQuantile } from './normal.ts';

/**
 * How far the control limits are from the centre, in standard deviations of what is plotted. A confidence level goes
 * before `nsigmas`.
 */
export function distanceOf({ nsigmas = 3, confidenceLevel }: ChartOptions): number {
  return confidenceLevel === undefined ? nsigmas : normalQuantile((1 + confidenceLevel) / 2);
}

/**
 * The options that are told; an empty list, as R writes it, is none, and so is null.
 * @throws RangeError where one is out of its range, in words.
 */
export function optionsFrom(given: ChartOptions | readonly [] | null = {}): ChartOptions {
  if (given === null || Array.isArray(given)) return {};
  const options: ChartOptions = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
  check(options);
  return options;
}

function check(options: ChartOptions): void {
  const { nsigmas = 3, confidenceLevel = 0.5, baseline = 1, exclude = [], center = 0, sigma = 0, lambda = 1 } = options;
  const { decisionInterval = 5, shift = 1, headStart = 0, mrSpan = 2 } = options;
  const { sigmaMethod = 'SD', limitsType = 'exact', centerRule = 'by-size' } = options;
  insist(sigmaMethods.includes(sigmaMethod), `Sigma cannot be estimated by ${sigmaMethod}`);
  insist(['exact', 'asymptotic'].includes(limitsType), 'Limits are exact or asymptotic');
  insist(['by-size', 'qcc'].includes(centerRule), 'The centre is by-size or qcc');
  insist(nsigmas > 0 && nsigmas < Infinity, 'The limits must be at a distance above 0 sigma');
  insist(confidenceLevel > 0 && confidenceLevel < 1, 'A confidence level must be between 0 and 1');
  insist(Number.isInteger(baseline) && baseline > 0, 'A baseline must be a whole number of at least one point');
  insist(exclude.every(isIndex), 'Excluded points are named by their index, a whole number from 0');
  insist(Number.isFinite(center), 'A given centre must be a finite number');
  insist(sigma >= 0 && sigma < Infinity, 'A given sigma must be a finite number of at least 0');
  insist(lambda > 0 && lambda <= 1, 'Lambda must be above 0 and at most 1');
  insist(decisionInterval > 0 && decisionInterval < Infinity, 'The decision interval must be above 0');
  insist(shift >= 0 && shift < Infinity, 'The shift to be found must be at least 0');
  insist(headStart >= 0 && headStart < Infinity, 'The head start must be at least 0');
  insist(Number.isInteger(mrSpan) && mrSpan >= 2 && mrSpan <= 100, 'A moving range must span 2 to 100 points');
}

const isIndex = (index: number): boolean => Number.isInteger(index) && index >= 0;

function insist(holds: boolean, otherwise: string): void {
  if (!holds) throw new RangeError(`${otherwise}.`);
}
