import type { RulePlan } from './rule-plan.ts';
import { slack } from './zones.ts';

/** The memory as numbers that JSON keeps: points seen where that matters, then the bits of each mark, then steps and the last value. */
export type StoredMemory = (number | null)[];

/** What is remembered of one sequence of points: all of them, or those of one level. */
export class RuleMemory {
  /** For each mark one bit a point, bit 0 the newest. */
  readonly bits: Int32Array;
  /** Points since the start or a gap, counted up to the longest window. */
  seen = 0;
  /** Steps in a row in one direction, negative where they fall; 0 after a tie. */
  steps = 0;
  /** Steps in a row that each turned round, the first one counted. */
  turns = 0;
  private last = Number.NaN;
  private readonly masks: Int32Array;
  private readonly plan: RulePlan<string>;

  constructor(plan: RulePlan<string>) {
    this.plan = plan;
    this.bits = new Int32Array(plan.marks.length);
    this.masks = Int32Array.from(plan.marks, ({ window }) => windowMask(window));
  }

  /** Nothing that comes later reaches back beyond this moment. */
  clear(): void {
    this.seen = 0;
    this.steps = 0;
    this.turns = 0;
    this.last = Number.NaN;
    this.bits.fill(0);
  }

  addMarks(hits: Uint8Array): void {
    const { bits, masks } = this;
    if (this.seen < this.plan.window) this.seen++;
    for (let i = 0; i < bits.length; i++) bits[i] = (((bits[i] ?? 0) << 1) | (hits[i] ?? 0)) & (masks[i] ?? 0);
  }

  addStep(value: number): void {
    const step = value - this.last;
    const tie = !(Math.abs(step) > slack(value, this.last));
    this.last = value;
    if (tie) {
      this.steps = 0;
      this.turns = 0;
      return;
    }
    const direction = step > 0 ? 1 : -1;
    const turned = this.steps * direction < 0;
    this.turns = turned ? Math.min(this.turns + 1, Math.max(1, this.plan.zigzag)) : 1;
    const before = turned ? 0 : Math.abs(this.steps);
    this.steps = direction * Math.min(before + 1, Math.max(1, this.plan.trend));
  }

  /** The oldest bit of each window is left out: the next point drops it. */
  stored(): StoredMemory {
    const { plan } = this;
    const bits = plan.marks.flatMap(({ window, inARow }, i) => {
      const kept = (this.bits[i] ?? 0) & windowMask(window - 1);
      return window === 1 ? [] : [inARow ? onesInARow(kept) : kept];
    });
    const steps = hasSteps(plan) ? [this.steps, this.turns, Number.isNaN(this.last) ? null : this.last] : [];
    return [...(countsPoints(plan) ? [this.seen] : []), ...bits, ...steps];
  }

  restore(stored: StoredMemory): void {
    const rest = [...stored];
    this.seen = countsPoints(this.plan) ? (rest.shift() ?? 0) : this.plan.window;
    for (const [i, { window, inARow }] of this.plan.marks.entries()) {
      const kept = window === 1 ? 0 : (rest.shift() ?? 0);
      this.bits[i] = inARow ? windowMask(kept) : kept;
    }
    const [steps, turns, last] = rest;
    this.steps = steps ?? 0;
    this.turns = turns ?? 0;
    this.last = last ?? Number.NaN;
  }
}

/** Where all points of every window have to be on one side, that they are says that there were enough. */
const countsPoints = ({ marks }: RulePlan<string>): boolean => marks.some(({ inARow }) => !inARow);

export const hasSteps = ({ trend, zigzag }: RulePlan<string>): boolean => trend > 0 || zigzag > 0;

/** Ones for the newest `window` points. */
export const windowMask = (window: number): number => (window === 32 ? -1 : (1 << window) - 1);

/** How many of the newest points had it, without a break. */
const onesInARow = (bits: number): number => 31 - Math.clz32(~bits & -~bits);

export function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55_55_55_55);
  rest = (rest & 0x33_33_33_33) + ((rest >>> 2) & 0x33_33_33_33);
  return Math.imul((rest + (rest >>> 4)) & 0x0f_0f_0f_0f, 0x01_01_01_01) >>> 24;
}
