import { normalCdf } from './normal.ts';
import { deviationOf, meanOf } from './subgroups.ts';

/** How far measurements are from a normal distribution whose mean and standard deviation are estimated from them. */
export type NormalityTest = {
  method: 'Anderson–Darling';
  /** How many measurements were tested. */
  n: number;
  /** A². */
  statistic: number;
  /** A²·(1 + 0.75/n + 2.25/n²). */
  adjusted: number;
  /** The chance of an A² at least as large where the distribution is normal; 0 where it is below 10⁻²³. */
  p: number;
  /** Below this chance the measurements count as not normal. */
  alpha: number;
  normal: boolean;
};

/** Fewer measurements than these say nothing about a distribution. */
export const fewestForNormality = 8;

/**
 * The Anderson–Darling test of normality with both parameters estimated ("case 3"); null where there are fewer than
 * eight measurements or all of them are equal. `alpha` is 0.05 unless told.
 *
 * Source: D'Agostino and Stephens, Goodness-of-Fit Techniques (1986), section 4.8.2 and table 4.9.
 */
export function andersonDarling(values: readonly number[], { alpha = 0.05 } = {}): NormalityTest | null {
  const n = values.length;
  if (n < fewestForNormality) return null;
  const mean = meanOf(values);
  const sd = deviationOf(values);
  if (mean === null || sd === null || sd === 0) return null;
  const sorted = Float64Array.from(values).toSorted();
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const [below, above] = logsOfShares(((sorted[i] ?? mean) - mean) / sd);
    sum += (2 * i + 1) * below + (2 * (n - i) - 1) * above;
  }
  const statistic = -n - sum / n;
  const adjusted = statistic * (1 + 0.75 / n + 2.25 / (n * n));
  const p = chanceOf(adjusted);
  return { method: 'Anderson–Darling', n, statistic, adjusted, p, alpha, normal: p >= alpha };
}

/** The table's curves through the chance of an adjusted A²; the last one leaves the chances behind at 13. */
function chanceOf(a: number): number {
  if (a < 0.2) return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
  if (a < 0.34) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  if (a < 0.6) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  return a < 13 ? Math.exp(1.2937 - 5.709 * a + 0.0186 * a * a) : 0;
}

/** The logarithms of the shares of the standard normal distribution below and above `z`. */
function logsOfShares(z: number): [below: number, above: number] {
  if (Math.abs(z) > 3) return [logOfShare(z), logOfShare(-z)];
  const share = normalCdf(z);
  return [Math.log(share), Math.log(1 - share)];
}

/**
 * The logarithm of the share of the standard normal distribution below `z`. Where an outlier leaves a share that is too
 * small for a number, by the asymptotic series 26.2.12 of Abramowitz and Stegun.
 */
function logOfShare(z: number): number {
  if (z > -35) return Math.log(normalCdf(z));
  const t = 1 / (z * z);
  return (-z * z) / 2 - Math.log(-z * Math.sqrt(2 * Math.PI)) + Math.log1p(-t * (1 - t * (3 - t * (15 - 105 * t))));
}
