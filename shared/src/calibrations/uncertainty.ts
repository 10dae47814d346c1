import { z } from 'zod';
import { studentFactor } from './student-t.ts';

/**
 * How a value of a budget is spread, and by what it is divided to become a standard uncertainty (JCGM 100:2008, 4.3):
 * half the width of what is possible, or for a normal one an uncertainty as a certificate tells it.
 */
export const distributions = ['normal', 'rectangular', 'triangular', 'u-shaped'] as const;
export type Distribution = (typeof distributions)[number];

const Size = z.number('A number is needed.').min(0, 'Not less than 0.').max(1e12, 'At most 1e12.');

/** One source of uncertainty. */
export const BudgetRow = z
  .strictObject({
    source: z.string().trim().min(1, 'Say where it comes from.').max(120, 'At most 120 characters.'),
    /** By statistics of observations (A), or otherwise (B). */
    type: z.enum(['A', 'B']),
    distribution: z.enum(distributions),
    /** In the unit of the source. */
    value: Size,
    /** For a normal distribution: the coverage factor that the value was told with. Others have a divisor of their own. */
    divisor: z.number('A number is needed.').min(0.1, 'At least 0.1.').max(100, 'At most 100.').default(1),
    /** What the result changes by when the source changes by one. */
    sensitivity: z.number('A number is needed.').min(-1e12, 'At least −1e12.').max(1e12, 'At most 1e12.').default(1),
    /** How well the value is known; null where that is beyond doubt (infinite). */
    degreesOfFreedom: z.number('A number is needed.').min(1, 'At least 1.').max(1e6, 'At most a million.').nullable(),
  })
  .meta({ id: 'BudgetRow' });
export type BudgetRow = z.infer<typeof BudgetRow>;

/** What a budget comes to, in the unit of the result. */
export const Uncertainty = z
  .object({
    combined: z.number(),
    /** Effective degrees of freedom; null where they are infinite. */
    degreesOfFreedom: z.number().nullable(),
    coverageFactor: z.number(),
    /** For a coverage of about 95.45 %. */
    expanded: z.number(),
  })
  .meta({ id: 'Uncertainty' });
export type Uncertainty = z.infer<typeof Uncertainty>;

type Spread = Pick<BudgetRow, 'value' | 'distribution' | 'divisor'>;
type Source = Spread & Pick<BudgetRow, 'sensitivity' | 'degreesOfFreedom'>;

export function divisorOf({ distribution, divisor }: Omit<Spread, 'value'>): number {
  switch (distribution) {
    case 'normal':
      return divisor;
    case 'rectangular':
      return Math.sqrt(3);
    case 'triangular':
      return Math.sqrt(6);
    case 'u-shaped':
      return Math.SQRT2;
    default:
      return distribution satisfies never;
  }
}

/** The standard uncertainty of a source, in its own unit. */
export const standardUncertainty = (source: Spread): number => source.value / divisorOf(source);

/** What a source adds to the uncertainty of the result, in the unit of the result. */
export const contributionOf = (source: Source): number => Math.abs(source.sensitivity) * standardUncertainty(source);

/**
 * Combined and expanded uncertainty of a budget of independent sources: the root of the sum of squares (JCGM 100:2008,
 * equation 10), effective degrees of freedom by Welch and Satterthwaite (G.2b), and the coverage factor that Student's
 * t-distribution gives for them, cut to a whole number (G.4.1), for about 95.45 %. Null for no sources.
 */
export function uncertaintyOf(budget: readonly Source[]): Uncertainty | null {
  if (budget.length === 0) return null;
  const contributions = budget.map(contributionOf);
  const combined = Math.hypot(...contributions);
  const degreesOfFreedom = combined === 0 ? null : effectiveDegreesOfFreedom(budget, combined);
  const coverageFactor = studentFactor(degreesOfFreedom === null ? Infinity : Math.floor(degreesOfFreedom));
  return { combined, degreesOfFreedom, coverageFactor, expanded: coverageFactor * combined };
}

function effectiveDegreesOfFreedom(budget: readonly Source[], combined: number): number | null {
  const shares = budget.map((source) =>
    source.degreesOfFreedom === null ? 0 : (contributionOf(source) / combined) ** 4 / source.degreesOfFreedom,
  );
  const sum = shares.reduce((total, share) => total + share, 0);
  // Rounding must not take one from a whole number; beyond a million it is as good as infinite.
  return sum < 1e-6 ? null : Math.round(1e9 / sum) / 1e9;
}

/**
 * An uncertainty as it is written: two significant digits (JCGM 100:2008, 7.2.6), never as a power of ten where people
 * would write digits.
 */
export function written(uncertainty: number): string {
  if (uncertainty === 0) return '0';
  const rounded = uncertainty.toPrecision(2);
  const size = Math.abs(Number(rounded));
  if (size < 1e-6 || size >= 1e9) return Number(rounded).toExponential(1);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(size)));
  return Number(rounded).toFixed(decimals);
}

/** A value to the last digit of its uncertainty. */
export function writtenBeside(value: number, uncertainty: number): string {
  const digits = written(uncertainty);
  if (digits.includes('e') || uncertainty === 0) return String(value);
  return value.toFixed(digits.split('.')[1]?.length ?? 0);
}
