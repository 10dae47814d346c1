import {
  nearerInterval,
  oneSidedInterval,
  spreadInterval,
  targetInterval,
  type Interval,
  type Level,
} from './capability-intervals.ts';

/** What a process should keep to, in the unit of the data; null where there is no such limit or target. */
export type Specification = { lsl: number | null; usl: number | null; target: number | null };

/** An index and its confidence interval; null where the specification has not what it needs, or sigma is 0. */
export type Estimate = { value: number; interval: Interval } | null;

/**
 * With one sigma: `both` (USL − LSL)/6σ, `lower` (mean − LSL)/3σ, `upper` (USL − mean)/3σ, `nearer` the smaller of those
 * two, or the one there is, and `target` (USL − LSL)/6√(σ² + (mean − target)²).
 */
export type Estimates = Record<'both' | 'nearer' | 'lower' | 'upper' | 'target', Estimate>;

export function estimatesBy(process: { mean: number; sigma: number }, spec: Specification, level: Level): Estimates {
  const { mean, sigma } = process;
  const { lsl, usl, target } = spec;
  if (sigma === 0) return { both: null, nearer: null, lower: null, upper: null, target: null };
  const lower = lsl === null ? null : (mean - lsl) / (3 * sigma);
  const upper = usl === null ? null : (usl - mean) / (3 * sigma);
  const nearer = lower === null || upper === null ? (lower ?? upper) : Math.min(lower, upper);
  const both = lsl === null || usl === null ? null : (usl - lsl) / (6 * sigma);
  const offset = target === null ? 0 : (mean - target) / sigma;
  const onTarget = both === null || target === null ? null : both / Math.hypot(1, offset);
  return {
    both: estimate(both, (index) => spreadInterval(index, level)),
    nearer: estimate(nearer, (index) => nearerInterval(index, level)),
    lower: estimate(lower, (index) => oneSidedInterval(index, level)),
    upper: estimate(upper, (index) => oneSidedInterval(index, level)),
    target: estimate(onTarget, (index) => targetInterval(index, offset, level)),
  };
}

const estimate = (value: number | null, interval: (value: number) => Interval): Estimate =>
  value === null ? null : { value, interval: interval(value) };
