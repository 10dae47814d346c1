import type { OrderRules } from './order-run-length.ts';
import { RuleJudge, type RulePoint } from './rule-judge.ts';
import { planOf } from './rule-plan.ts';
import type { Rule, RuleOptions } from './rules.ts';
import type { Watcher } from './run-length-simulation.ts';
import type { ZoneChain } from './zone-chain.ts';

/** Follows a chain of states, as fast as a table is read. */
export function watchChain({ lines, next }: ZoneChain): Watcher {
  const cells = lines.length + 1;
  let state = 0;
  return {
    push(value) {
      let cell = 0;
      while (cell < lines.length && value > (lines[cell] ?? 0)) cell++;
      const then = next[state * cells + cell] ?? -1;
      state = Math.max(0, then);
      return then === -1;
    },
    reset() {
      state = 0;
    },
  };
}

/** Trends and alternations among values that never tie. */
export function watchOrder({ trend, alternating }: OrderRules): Watcher {
  const longestTrend = (trend ?? Infinity) - 1;
  const mostTurns = (alternating ?? Infinity) - 1;
  let last = Number.NaN;
  let steps = 0;
  let turns = 0;
  return {
    push(value) {
      const direction = value > last ? 1 : value < last ? -1 : 0;
      last = value;
      if (direction === 0) return false;
      turns = steps * direction < 0 ? turns + 1 : 1;
      steps = steps * direction > 0 ? steps + direction : direction;
      return Math.abs(steps) >= longestTrend || turns >= mostTurns;
    },
    reset() {
      last = Number.NaN;
      steps = 0;
      turns = 0;
    },
  };
}

/** Neighbours that are too far apart. */
export function watchRange(distance: number): Watcher {
  let last = Number.NaN;
  return {
    push(value) {
      const far = Math.abs(value - last) > distance;
      last = value;
      return far;
    },
    reset() {
      last = Number.NaN;
    },
  };
}

/** Any rules, judged as on a chart. */
export function watchRules(rules: readonly Rule[], options: RuleOptions): Watcher {
  const judge = new RuleJudge(planOf(rules), options);
  const unknown = { sigma: 1, ucl: Number.NaN, lcl: Number.NaN, run: null, level: null };
  const point: RulePoint = { value: 0, center: 0, ...unknown };
  const push = (value: number) => {
    point.value = value;
    return judge.push(point) > 0;
  };
  // No window reaches across a gap.
  return { push, reset: () => void push(Number.NaN) };
}
