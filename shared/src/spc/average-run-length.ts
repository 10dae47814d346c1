import { orderRunLength } from './order-run-length.ts';
import { rangeRunLength } from './range-run-length.ts';
import { planOf } from './rule-plan.ts';
import { ruleRates, type RuleRates } from './rule-rates.ts';
import { ruleSets, type RuleSetName } from './rule-sets.ts';
import { watchChain, watchOrder, watchRange, watchRules } from './rule-watchers.ts';
import type { Rule, RuleOptions } from './rules.ts';
import { simulateRunLength, type Watcher } from './run-length-simulation.ts';
import { chainRunLength, zoneChain } from './zone-chain.ts';

/** Points from a fresh start to the first signal, on average. */
type Lengths = {
  /** To the first false alarm, while nothing has changed. */
  inControl: number;
  /** To the first signal when the mean has moved by `shift` sigma. */
  atShift: number;
  /** False where both are simulated, to about a percent; the rates are always exact. */
  exact: boolean;
};

export type RunLengths = RuleRates & Lengths & { shift: number; rules: RuleRunLengths[] };

/** The same of one rule by itself. `episodeRate` times points a week is how many false alarms it raises a week. */
export type RuleRunLengths = RuleRates & Lengths & { id: string };

/**
 * What a rule set costs and finds, for independent normal values with known centre and sigma, limits at 3 sigma, and
 * without runs and levels. `signalRate` counts signals per point in control in the long run (a point that signals two
 * rules counts twice), `episodeRate` new alarms: signals of a rule whose point before did not signal on the same side. The
 * rates of a set are the sums of its rules'.
 *
 * Run lengths of rules about zones are those of their Markov chain (Champ and Woodall 1987), of rules about the order of
 * points the solution of their integral equation; sets that mix both are simulated, around what is known exactly.
 * @throws RangeError where a rule cannot be judged.
 */
export function averageRunLength(
  ruleSet: RuleSetName | readonly Rule[],
  shift = 1,
  options: RuleOptions = {},
): RunLengths {
  planOf(ruleSet);
  const rules: readonly Rule[] = typeof ruleSet === 'string' ? ruleSets[ruleSet] : ruleSet;
  const each = rules.map((rule) => ({
    id: rule.id,
    ...lengthsOf([rule], shift, options),
    ...ruleRates(rule, 0, options),
  }));
  return {
    ...lengthsOf(rules, shift, options),
    shift,
    signalRate: each.reduce((sum, { signalRate }) => sum + signalRate, 0),
    episodeRate: each.reduce((sum, { episodeRate }) => sum + episodeRate, 0),
    rules: each,
  };
}

/** Some of the rules, and their run length by shift where it can be computed. */
type Part = { rules: readonly Rule[]; watch: () => Watcher; runLength: ((shift: number) => number) | null };

function lengthsOf(rules: readonly Rule[], shift: number, options: RuleOptions): Lengths {
  const parts = partsOf(rules, options);
  const [only] = parts;
  if (!only) return { inControl: Infinity, atShift: Infinity, exact: true };
  if (parts.length === 1 && only.runLength) {
    return { inControl: only.runLength(0), atShift: only.runLength(shift), exact: true };
  }
  const simulated = (at: number, points: number) => {
    const known = parts.map(({ watch, runLength }) => ({ watch, runLength: runLength?.(at) ?? null }));
    const { runLength, signals } = simulateRunLength({ parts: known, shift: at, points });
    // What is too rare to be simulated comes as often as new alarms do in the long run.
    return signals >= 100
      ? runLength
      : 1 / rules.reduce((sum, rule) => sum + ruleRates(rule, at, options).episodeRate, 0);
  };
  // Only tables are fast enough for many points.
  const share = parts.every(({ runLength }) => runLength !== null) ? 1 : 0.3;
  return { inControl: simulated(0, 200_000 * share), atShift: simulated(shift, 60_000 * share), exact: false };
}

/** A chain of more states takes longer than a simulation. */
const mostStates = 3000;

/** The rules in groups that can be computed, each by its own means. */
function partsOf(rules: readonly Rule[], options: RuleOptions): Part[] {
  const ordered = rules.filter(({ pattern }) => pattern === 'trend' || pattern === 'alternating');
  const ranges = rules.filter(({ pattern }) => pattern === 'range' && options.r4s === 'range');
  const zones = rules.filter((rule) => !ordered.includes(rule) && !ranges.includes(rule));
  return [zonePart(zones, options), orderPart(ordered), rangePart(ranges)].filter((part) => part.rules.length > 0);
}

function zonePart(rules: readonly Rule[], options: RuleOptions): Part {
  const chain = zoneChain(rules, mostStates);
  if (!chain) return { rules, watch: () => watchRules(rules, options), runLength: null };
  return { rules, watch: () => watchChain(chain), runLength: (shift) => chainRunLength(chain, shift) };
}

function orderPart(rules: readonly Rule[]): Part {
  const shortest = (of: Rule['pattern']) => {
    const windows = rules.filter(({ pattern }) => pattern === of).map(({ window }) => window);
    return windows.length > 0 ? Math.min(...windows) : null;
  };
  const order = { trend: shortest('trend'), alternating: shortest('alternating') };
  // What is rarer than the digits of the equations can tell comes as often as new alarms do.
  const rare = 1 / rules.reduce((sum, rule) => sum + ruleRates(rule, 0).episodeRate, 0);
  return { rules, watch: () => watchOrder(order), runLength: () => (rare > 1e10 ? rare : orderRunLength(order)) };
}

function rangePart(rules: readonly Rule[]): Part {
  const distance = 2 * Math.min(...rules.map(({ zone }) => zone));
  return { rules, watch: () => watchRange(distance), runLength: () => rangeRunLength(distance) };
}
