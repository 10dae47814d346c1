import { averageRunLength } from '@cobench/shared/spc/average-run-length';
import { checkRule } from '@cobench/shared/spc/check-rule';
import type { Rule } from '@cobench/shared/spc/rules';

/** What rules cost and find, for independent normal points. */
export type Price = {
  /** New false alarms per point in the long run, in control. */
  falseAlarms: number;
  /** Points until the first false alarm. */
  inControl: number;
  /** Points until a shift is found. */
  delay: number;
  /** False where the two last are simulated, to about a percent. */
  exact: boolean;
};

export type PriceQuestion = {
  /** The rules that are judged by together. */
  on: readonly Rule[];
  /** Those whose price is asked for each by itself. */
  offered: readonly Rule[];
  /** The shift that is to be found, in sigma. */
  shift: number;
};

export type PriceAnswer = { all: Price | null; alone: Readonly<Record<string, Price>> };

/** Rules that look for the same thing have the same price, whatever they are called. */
export const priceKey = ({ window, count, zone, pattern = 'beyond' }: Rule): string =>
  [pattern, count, window, zone].join(' ');

/** The price of rules together and of each alone; a rule that cannot be judged has none. Takes more than a frame for long rules. */
export function pricesOf({ on, offered, shift }: PriceQuestion): PriceAnswer {
  const sound = offered.filter((rule) => checkRule(rule) === null);
  return {
    all: on.length === 0 ? null : priceOf(on, shift),
    alone: Object.fromEntries(sound.map((rule) => [priceKey(rule), priceOf([rule], shift)])),
  };
}

/** What was worked out before, by what was asked. */
const known = new Map<string, Price>();

function priceOf(rules: readonly Rule[], shift: number): Price {
  const asked = [shift, ...rules.map(priceKey)].join('\n');
  const before = known.get(asked);
  if (before) return before;
  const { episodeRate, inControl, atShift, exact } = averageRunLength(rules, shift);
  const price = { falseAlarms: episodeRate, inControl, delay: atShift, exact };
  known.set(asked, price);
  return price;
}
