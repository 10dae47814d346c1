import { normalCdf } from './normal.ts';
import type { Rule, RuleOptions } from './rules.ts';

/** Per point, for independent normal values in the long run. */
export type RuleRates = {
  /** The share of points that signal the rule. */
  signalRate: number;
  /** The share of points that raise a new alarm: they signal on a side on which the point before did not. */
  episodeRate: number;
};

/**
 * How often a rule signals when the mean lies `shift` sigma above the centre line. All are exact: what signals at one
 * point, minus what signals on the same side at two points in a row.
 */
export function ruleRates(rule: Rule, shift: number, { r4s = 'westgard' }: RuleOptions = {}): RuleRates {
  const { window, zone, pattern = 'beyond' } = rule;
  const above = normalCdf(shift - zone);
  const below = normalCdf(-shift - zone);
  switch (pattern) {
    case 'beyond':
      return sum(oneSide(rule, above), oneSide(rule, below));
    case 'outside':
      return oneSide(rule, above + below);
    case 'within':
      return oneSide(rule, 1 - above - below);
    case 'trend':
      // Of all orders of so many values two, and of one value more, two go on in the same direction.
      return rates(2 * share(window), 2 * share(window + 1));
    case 'alternating':
      return rates(2 * zigzagShare(window), 2 * zigzagShare(window + 1));
    case 'range':
      return r4s === 'westgard'
        ? rates(2 * above * below, above * below * (above + below))
        : rates(2 * normalCdf(-2 * zone * Math.SQRT1_2), twiceApart(2 * zone));
    default:
      return pattern satisfies never;
  }
}

const rates = (once: number, twice: number): RuleRates => ({ signalRate: once, episodeRate: once - twice });
const sum = (one: RuleRates, other: RuleRates): RuleRates => ({
  signalRate: one.signalRate + other.signalRate,
  episodeRate: one.episodeRate + other.episodeRate,
});

/** At least `count` of `window` points have what one point has with probability p, the newest among them. */
function oneSide({ window, count }: Rule, p: number): RuleRates {
  const once = p * atLeast(window - 1, count - 1, p);
  if (window === 1) return rates(once, p * p);
  // Two points in a row complete it: of the points both windows share enough have it, or the oldest of all helps out.
  const shared = window - 2;
  const justTooFew = atLeast(shared, count - 2, p) - atLeast(shared, count - 1, p);
  return rates(once, p * p * (atLeast(shared, count - 1, p) + p * justTooFew));
}

/** The probability of at least k of n. */
function atLeast(n: number, k: number, p: number): number {
  if (k <= 0) return 1;
  let total = 0;
  for (let i = k, ways = waysOf(n, k); i <= n; i++) {
    total += ways * p ** i * (1 - p) ** (n - i);
    ways *= (n - i) / (i + 1);
  }
  return total;
}

function waysOf(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways *= (n - i) / (i + 1);
  return ways;
}

/** 1/n! */
function share(n: number): number {
  let result = 1;
  for (let i = 2; i <= n; i++) result /= i;
  return result;
}

/** The share of all orders of n values that go up, down, up … : Euler's zigzag numbers over n!, by Seidel's triangle. */
function zigzagShare(n: number): number {
  let row = [1];
  for (let length = 1; length <= n; length++) {
    let total = 0;
    const back = row.toReversed();
    row = [0, ...back.map((term) => (total += term))];
  }
  return (row.at(-1) ?? 0) * share(n);
}

/** The probability that of three values the middle one is more than `distance` sigma from both others. */
function twiceApart(distance: number): number {
  const step = 1 / 64;
  let total = 0;
  for (let x = -9; x <= 9; x += step) {
    const far = normalCdf(x - distance) + normalCdf(-x - distance);
    total += far * far * Math.exp((-x * x) / 2) * step;
  }
  return total / Math.sqrt(2 * Math.PI);
}
