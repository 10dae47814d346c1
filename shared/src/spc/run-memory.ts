import type { PlannedRule } from './rule-plan.ts';
import type { RuleOptions } from './rules.ts';

/** The run; then which sides its controls were on (see `sides`), or the lowest and the highest of them in sigma. */
export type StoredRun = [run: string | null, ...controls: number[]];

type Control = {
  /** Null where no runs are told. */
  run: string | null;
  hits: Uint8Array;
  /** Distance from the centre in sigma, and how much of it rounding may be. */
  distance: number;
  slack: number;
};

/** The controls of the newest run, for R-4s. Where no runs are told, two neighbours count as one. */
export class RunMemory {
  private run: string | null = null;
  /** For each range rule 1 where a control was above its line, 2 for below, 3 for both. */
  private readonly sides: number[];
  private lowest = Number.POSITIVE_INFINITY;
  private highest = Number.NEGATIVE_INFINITY;
  private readonly rules: readonly PlannedRule[];
  private readonly apart: boolean;

  constructor(rules: readonly PlannedRule[], { r4s = 'westgard' }: RuleOptions) {
    this.rules = rules;
    this.apart = r4s === 'range';
    this.sides = rules.map(() => 0);
  }

  /** A gap where no runs are told: what was before it is no neighbour. */
  gap(run: string | null): void {
    if (run === null) this.clear();
  }

  /** A new run remembers none of the controls before it. To be called before `breaks`. */
  enter(run: string | null): void {
    if (run !== this.run) this.clear();
    this.run = run;
  }

  /** Whether this control and an earlier one of its run break a range rule. */
  breaks(rule: PlannedRule, { hits, distance, slack }: Control): boolean {
    if (this.apart) return Math.max(distance - this.lowest, this.highest - distance) - 2 * rule.zone > slack;
    const earlier = this.sides[this.rules.indexOf(rule)] ?? 0;
    return (hits[rule.first] === 1 && (earlier & 2) !== 0) || (hits[rule.second] === 1 && (earlier & 1) !== 0);
  }

  add({ run, hits, distance }: Control): void {
    if (run === null) this.clear();
    for (const [i, { first, second }] of this.rules.entries()) {
      this.sides[i] = (this.sides[i] ?? 0) | (hits[first] ?? 0) | ((hits[second] ?? 0) << 1);
    }
    if (distance < this.lowest) this.lowest = distance;
    if (distance > this.highest) this.highest = distance;
  }

  stored(): StoredRun {
    if (!this.apart) return [this.run, ...this.sides];
    return this.lowest <= this.highest ? [this.run, this.lowest, this.highest] : [this.run];
  }

  restore([run, ...controls]: StoredRun): void {
    this.clear();
    this.run = run;
    if (!this.apart) {
      for (const i of this.sides.keys()) this.sides[i] = controls[i] ?? 0;
      return;
    }
    const [lowest, highest] = controls;
    if (lowest !== undefined) this.lowest = lowest;
    if (highest !== undefined) this.highest = highest;
  }

  private clear(): void {
    this.sides.fill(0);
    this.lowest = Number.POSITIVE_INFINITY;
    this.highest = Number.NEGATIVE_INFINITY;
  }
}
