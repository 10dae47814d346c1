import type { Measurement } from './limits.ts';
import { ruleSets, type Rule, type RuleSetName } from './rules.ts';

/** The lines a point is judged by. Without `sigma` it is a third of the way to the limits; without limits they are at 3 sigma. */
export type Lines = { center: number; sigma?: number; ucl?: number; lcl?: number };

/** What a stream has to remember, under 200 bytes as JSON: per rule, which of the last points were beyond its line. */
export type RuleState = { seen: number; above: number[]; below: number[] };

export type RuleStream<Id extends string> = {
  /** The rules that this point signals. Lines given here hold for this point only. */
  push(value: Measurement, lines?: Partial<Lines>): Id[];
  /** A copy that can be stored; a stream made with it goes on as if it had never stopped. */
  state(): RuleState;
};

type StreamOptions<Id extends string> = Lines & { ruleSet: RuleSetName | readonly Rule<Id>[]; state?: RuleState };

/**
 * Judges one point after another in constant time and memory.
 *
 * Beyond a line is strict: a point on a line belongs to the inner zone, a point on the centre line to neither side. A
 * rule needs its full window, and the point that completes it must itself be beyond. After a signal nothing starts
 * afresh. A null is a gap: what is missing could have been anything, so no window reaches across it.
 * @throws RangeError where a rule's window is not 1 to 32 points or its count does not fit into it.
 */
export function createRuleStream<Id extends string>(options: StreamOptions<Id>): RuleStream<Id> {
  const rules = rulesOf(options.ruleSet);
  const lines: Lines = options;
  let seen = options.state?.seen ?? 0;
  // Bit 0 is the newest point, bit 1 the one before it.
  const above = options.state?.above.slice() ?? rules.map(() => 0);
  const below = options.state?.below.slice() ?? rules.map(() => 0);

  return {
    push(value, own) {
      if (value === null) {
        seen = 0;
        above.fill(0);
        below.fill(0);
        return [];
      }
      const judged = own ? { ...lines, ...own } : lines;
      seen = Math.min(seen + 1, longestWindow);
      const signals: Id[] = [];
      for (const [i, rule] of rules.entries()) {
        const isAbove = value > upperLine(judged, rule.zone);
        const isBelow = value < lowerLine(judged, rule.zone);
        const up = (above[i] = remember(above[i] ?? 0, isAbove, rule.window));
        const down = (below[i] = remember(below[i] ?? 0, isBelow, rule.window));
        const beyond = isAbove ? bitCount(up) : isBelow ? bitCount(down) : 0;
        if (seen >= rule.window && beyond >= rule.count) signals.push(rule.id);
      }
      return signals;
    },
    state: () => ({ seen, above: above.slice(), below: below.slice() }),
  };
}

const longestWindow = 32;

function rulesOf<Id extends string>(ruleSet: RuleSetName | readonly Rule<Id>[]): readonly Rule<Id>[] {
  // A preset's ids are what `Id` is inferred to be where a name is given.
  const rules = typeof ruleSet === 'string' ? (ruleSets[ruleSet] as readonly Rule[] as Rule<Id>[]) : ruleSet;
  for (const { id, window, count } of rules) {
    const fits = Number.isInteger(window) && window <= longestWindow && count >= 1 && count <= window;
    if (!fits) throw new RangeError(`Rule ${id} asks for ${count} of ${window} points.`);
  }
  return rules;
}

function upperLine({ center, sigma, ucl }: Lines, zone: Rule['zone']): number {
  if (zone === 0) return center;
  if (zone === 3 && ucl !== undefined) return ucl;
  return center + zone * (sigma ?? ((ucl ?? Number.NaN) - center) / 3);
}

function lowerLine({ center, sigma, lcl }: Lines, zone: Rule['zone']): number {
  if (zone === 0) return center;
  if (zone === 3 && lcl !== undefined) return lcl;
  return center - zone * (sigma ?? (center - (lcl ?? Number.NaN)) / 3);
}

const remember = (bits: number, beyond: boolean, window: number): number =>
  ((bits << 1) | Number(beyond)) & (window === 32 ? -1 : (1 << window) - 1);

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
