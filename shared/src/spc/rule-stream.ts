import { RuleJudge, type RulePoint, type RuleState } from './rule-judge.ts';
import { planOf } from './rule-plan.ts';
import type { RuleSetName } from './rule-sets.ts';
import type { Rule, RuleOptions } from './rules.ts';

/**
 * The lines a point is judged by. Without `sigma` it is a third of the way to the limit of either side; without limits
 * they are at 3 sigma.
 */
export type Lines = { center: number; sigma?: number; ucl?: number; lcl?: number };

/** What a point may bring along: its own lines, which hold for it alone, and where it belongs. */
export type PointOptions = Partial<Lines> & {
  /** The run of controls that it is one of; the controls of a run come one after the other. */
  run?: string | number | null;
  /** The level of the control. Windows are looked at within each level and across all of them. */
  level?: string | number | null;
};

export type RuleStream<Id extends string> = {
  /**
   * The rules that this point signals. Where it brings a centre or a sigma of its own, the limits of the stream do not
   * hold for it: they are those it brings, or at 3 sigma.
   */
  push(value: number | null, point?: PointOptions): Id[];
  /** A copy that can be stored; a stream made with it goes on as if it had never stopped. */
  state(): RuleState;
};

type StreamOptions<Id extends string> = Lines & {
  ruleSet: RuleSetName | readonly Rule<Id>[];
  options?: RuleOptions | null;
  state?: RuleState | null;
};

/**
 * Judges one point after another in constant time and memory.
 *
 * Beyond a line is strict: a point on a line belongs to the inner zone, a point on the centre line to neither side, and on
 * a line is what only rounding parts from it. A rule needs its full window, and the point that completes it must itself be
 * beyond. Equal neighbours break a trend and an alternation. After a signal nothing starts afresh. A null is a gap: what
 * is missing could have been anything, so no window reaches across it.
 * @throws RangeError where a rule cannot be judged, or the state is of other rules.
 */
export function createRuleStream<Id extends string>(request: StreamOptions<Id>): RuleStream<Id> {
  const plan = planOf(request.ruleSet);
  const judge = new RuleJudge(plan, request.options ?? {});
  if (request.state) judge.restore(request.state);
  const lines = linesOf(request);

  return {
    push(value, point) {
      const fired = judge.push({ ...(point ? ownLines(lines, point) : lines), value: value ?? Number.NaN });
      const ids: Id[] = [];
      for (let i = 0; i < fired; i++) {
        const id = plan.ids[judge.signals[i] ?? 0];
        if (id !== undefined) ids.push(id);
      }
      return ids;
    },
    state: () => judge.state(),
  };
}

type JudgedLines = Omit<RulePoint, 'value'>;

const linesOf = ({ center, sigma, ucl, lcl }: Lines): JudgedLines => ({
  center,
  sigma: sigma ?? Number.NaN,
  ucl: ucl ?? Number.NaN,
  lcl: lcl ?? Number.NaN,
  run: null,
  level: null,
});

function ownLines(lines: JudgedLines, { center, sigma, ucl, lcl, run, level }: PointOptions): JudgedLines {
  const moved = sigma !== undefined || (center !== undefined && !Number.isNaN(lines.sigma));
  return {
    center: center ?? lines.center,
    sigma: sigma ?? lines.sigma,
    ucl: ucl ?? (moved ? Number.NaN : lines.ucl),
    lcl: lcl ?? (moved ? Number.NaN : lines.lcl),
    run: nameOf(run),
    level: nameOf(level),
  };
}

/** Runs and levels go by their names as text, so that a stored state knows them again. */
export const nameOf = (name: string | number | null | undefined): string | null =>
  name === null || name === undefined ? null : String(name);
