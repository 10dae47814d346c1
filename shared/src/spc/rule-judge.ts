import { bitCount, hasSteps, RuleMemory, windowMask, type StoredMemory } from './rule-memory.ts';
import type { PlannedRule, RulePlan } from './rule-plan.ts';
import type { RuleOptions } from './rules.ts';
import { RunMemory, type StoredRun } from './run-memory.ts';
import { slack } from './zones.ts';

/** One point with its own lines; what is not known is NaN, and null where it belongs to no run or no level. */
export type RulePoint = {
  value: number;
  center: number;
  sigma: number;
  ucl: number;
  lcl: number;
  run: string | null;
  level: string | null;
};

/**
 * What has to be remembered, under 200 bytes as JSON for each preset: which rules it is of, all points, the points of each
 * level, and the newest run. It says nothing to anybody else.
 */
export type RuleState = {
  of: string;
  all: StoredMemory;
  levels?: [level: string, ...memory: StoredMemory][];
  run?: StoredRun;
};

/** Judges one point after another: the place of everything is made once, so that a point costs well under 1 µs. */
export class RuleJudge {
  /** The places of the rules that the newest point signals: the first `fired` of them count. */
  readonly signals: Int32Array;
  private readonly plan: RulePlan<string>;
  private readonly hits: Uint8Array;
  private readonly all: RuleMemory;
  private readonly levels = new Map<string, RuleMemory>();
  private readonly runs: RunMemory | null;
  private readonly steps: boolean;

  constructor(plan: RulePlan<string>, options: RuleOptions = {}) {
    this.plan = plan;
    this.signals = new Int32Array(plan.rules.length);
    this.hits = new Uint8Array(plan.marks.length);
    this.all = new RuleMemory(plan);
    const ranges = plan.rules.filter(({ pattern }) => pattern === 'range');
    this.runs = ranges.length > 0 ? new RunMemory(ranges, options) : null;
    this.steps = hasSteps(plan);
  }

  /** How many rules the point signals; `signals` says which. What is no finite number is a gap. */
  push(point: RulePoint): number {
    const own = point.level === null ? this.all : this.memoryOf(point.level);
    if (!Number.isFinite(point.value) || !Number.isFinite(point.center)) {
      this.all.clear();
      own.clear();
      this.runs?.gap(point.run);
      return 0;
    }
    this.mark(point);
    this.all.addMarks(this.hits);
    if (own !== this.all) own.addMarks(this.hits);
    // Steps are from control to control of one level: those of two levels are different quantities.
    if (this.steps) own.addStep(point.value);
    const control = this.runs && this.controlOf(point);
    let fired = 0;
    const { rules } = this.plan;
    for (let place = 0; place < rules.length; place++) {
      const rule = rules[place];
      if (!rule) continue;
      const signals =
        rule.pattern === 'range'
          ? control !== null && this.runs?.breaks(rule, control) === true
          : this.completes(rule, own) || (own !== this.all && this.completes(rule, this.all));
      if (signals) this.signals[fired++] = place;
    }
    if (control) this.runs?.add(control);
    return fired;
  }

  state(): RuleState {
    const levels = Array.from(this.levels, ([level, memory]): [string, ...StoredMemory] => [level, ...memory.stored()]);
    return {
      of: this.plan.print,
      all: this.all.stored(),
      ...(levels.length > 0 && { levels }),
      ...(this.runs && { run: this.runs.stored() }),
    };
  }

  /** @throws RangeError where the state is of other rules. */
  restore({ of, all, levels = [], run }: RuleState): void {
    if (of !== this.plan.print) throw new RangeError('The stored state is of other rules than these.');
    this.all.restore(all);
    for (const [level, ...memory] of levels) this.memoryOf(level).restore(memory);
    if (run) this.runs?.restore(run);
  }

  private memoryOf(level: string): RuleMemory {
    const known = this.levels.get(level);
    if (known) return known;
    const memory = new RuleMemory(this.plan);
    this.levels.set(level, memory);
    return memory;
  }

  /** Asks of the point whatever some rule asks: each line once. */
  private mark(point: RulePoint): void {
    const { value } = point;
    const rounding = slack(value, point.center);
    const { marks } = this.plan;
    for (let i = 0; i < marks.length; i++) {
      const mark = marks[i];
      if (!mark) continue;
      let hit = false;
      if (mark.kind === 'above') hit = value - upperLine(point, mark.zone) > rounding;
      else if (mark.kind === 'below') hit = lowerLine(point, mark.zone) - value > rounding;
      else hit = value - upperLine(point, mark.zone) <= rounding && lowerLine(point, mark.zone) - value <= rounding;
      this.hits[i] = hit ? 1 : 0;
    }
  }

  private controlOf(point: RulePoint) {
    const sigma = point.value < point.center ? sigmaBelow(point) : sigmaAbove(point);
    this.runs?.enter(point.run);
    return {
      run: point.run,
      hits: this.hits,
      distance: (point.value - point.center) / sigma,
      slack: (2 * slack(point.value, point.center)) / sigma,
    };
  }

  private completes(rule: PlannedRule, { bits, seen, steps, turns }: RuleMemory): boolean {
    const { pattern, window, count, first, second } = rule;
    if (pattern === 'trend') return steps >= window - 1 || steps <= 1 - window;
    if (pattern === 'alternating') return turns >= window - 1;
    if (seen < window) return false;
    const one = bits[first] ?? 0;
    const other = second === -1 ? 0 : (bits[second] ?? 0);
    const mask = windowMask(window);
    if (pattern === 'outside') return enough((one | other) & mask, count);
    return enough(one & mask, count) || enough(other & mask, count);
  }
}

/** The newest point is one of them, and there are enough. */
const enough = (bits: number, count: number): boolean => (bits & 1) === 1 && bitCount(bits) >= count;

/** Without sigma each side has its own: a third of the way to its limit. */
const sigmaAbove = ({ center, sigma, ucl }: RulePoint): number => (Number.isNaN(sigma) ? (ucl - center) / 3 : sigma);
const sigmaBelow = ({ center, sigma, lcl }: RulePoint): number => (Number.isNaN(sigma) ? (center - lcl) / 3 : sigma);

function upperLine(point: RulePoint, zone: number): number {
  if (zone === 0) return point.center;
  return zone === 3 && !Number.isNaN(point.ucl) ? point.ucl : point.center + zone * sigmaAbove(point);
}

function lowerLine(point: RulePoint, zone: number): number {
  if (zone === 0) return point.center;
  return zone === 3 && !Number.isNaN(point.lcl) ? point.lcl : point.center - zone * sigmaBelow(point);
}
