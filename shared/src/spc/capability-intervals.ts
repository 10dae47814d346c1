import { chiSquareQuantile } from './chi-square.ts';
import { normalQuantile } from './normal.ts';
import { studentQuantile } from './student-t.ts';

/** From the lower end to the upper one. */
export type Interval = readonly [lower: number, upper: number];

/** What the interval of each kind of index is computed by, in words. */
export const intervalMethods = {
  both: 'chi-square of n − 1 degrees of freedom; Kane (1986), Chou, Owen and Borrego (1990)',
  nearer: 'normal approximation, two-sided; Bissell (1990)',
  lower: 'normal approximation, each end a one-sided bound at the confidence level; Bissell (1990)',
  upper: 'normal approximation, each end a one-sided bound at the confidence level; Bissell (1990)',
  target: 'chi-square of n·(1 + δ²)/(1 + 2δ²) degrees of freedom, δ = (mean − target)/sigma; after Boyles (1991)',
} as const;

export type Level = { n: number; confidence: number };

/** Cp and Pp: the estimate times the ends of √(χ²/(n − 1)). */
export function spreadInterval(index: number, { n, confidence }: Level): Interval {
  return chiSquareInterval(index, n - 1, confidence);
}

/**
 * Cpm and Ppm as Cp, with n·(1 + δ²)/(1 + 2δ²) degrees of freedom, where `offset` δ is the distance of the mean from the
 * target in sigma. They are those of the R package qcc 3.0; Patnaik's approximation of the noncentral chi-square has
 * (1 + δ²)², so that off the target this interval is the wider one of the two.
 */
export function targetInterval(index: number, offset: number, { n, confidence }: Level): Interval {
  const square = offset * offset;
  return chiSquareInterval(index, (n * (1 + square)) / (1 + 2 * square), confidence);
}

/** Cpk and Ppk: two-sided. */
export const nearerInterval = (index: number, { n, confidence }: Level): Interval =>
  normalInterval(index, n, normalQuantile((1 + confidence) / 2));

/** Cpl, Cpu, Ppl and Ppu: two bounds, each of which holds by itself at the confidence level. */
export const oneSidedInterval = (index: number, { n, confidence }: Level): Interval =>
  normalInterval(index, n, normalQuantile(confidence));

/** The mean of the measurements: ± t·s/√n. */
export function meanInterval(mean: number, sigma: number, { n, confidence }: Level): Interval {
  const margin = (studentQuantile((1 + confidence) / 2, n - 1) * sigma) / Math.sqrt(n);
  return [mean - margin, mean + margin];
}

/** The overall standard deviation: s·√((n − 1)/χ²). */
export function sigmaInterval(sigma: number, { n, confidence }: Level): Interval {
  const df = n - 1;
  const end = (share: number) => sigma * Math.sqrt(df / chiSquareQuantile(share, df));
  return [end((1 + confidence) / 2), end((1 - confidence) / 2)];
}

function chiSquareInterval(index: number, df: number, confidence: number): Interval {
  const end = (share: number) => index * Math.sqrt(chiSquareQuantile(share, df) / df);
  return [end((1 - confidence) / 2), end((1 + confidence) / 2)];
}

/** index ± z·√(1/(9n) + index²/(2(n − 1))): the ends stay in order where the index is negative. */
function normalInterval(index: number, n: number, z: number): Interval {
  const margin = Math.abs(z) * Math.sqrt(1 / (9 * n) + (index * index) / (2 * (n - 1)));
  return [index - margin, index + margin];
}
