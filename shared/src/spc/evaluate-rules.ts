import type { Measurements } from './charts.ts';
import { RuleJudge, type RulePoint } from './rule-judge.ts';
import { planOf } from './rule-plan.ts';
import type { RuleSetName } from './rule-sets.ts';
import { nameOf } from './rule-stream.ts';
import type { Rule, RuleOptions } from './rules.ts';

/** One number for the whole chart, or one for each point; null where a point has no such line. */
type Line = number | Measurements;

export type RuleRequest<Id extends string> = {
  /** Null where a point is missing. */
  values: Measurements;
  center: Line;
  sigma?: Line | null;
  ucl?: Line | null;
  lcl?: Line | null;
  ruleSet: RuleSetName | readonly Rule<Id>[];
  /** Of each point the run and the level of control it belongs to, for `westgard`. */
  run?: readonly (string | number | null)[];
  level?: readonly (string | number | null)[];
  options?: RuleOptions | null;
};

/**
 * Which points signal which rules, by index; the verdicts of `createRuleStream`, each point against its own lines.
 * A later point never changes an earlier verdict.
 * @throws RangeError where a rule cannot be judged.
 */
export function evaluateRules<Id extends string = string>(request: RuleRequest<Id>): { index: number; rule: Id }[] {
  const { values, center, sigma, ucl, lcl } = request;
  const plan = planOf(request.ruleSet);
  const judge = new RuleJudge(plan, request.options ?? {});
  const runs = request.run?.map(nameOf);
  const levels = request.level?.map(nameOf);
  const found: { index: number; rule: Id }[] = [];
  const point: RulePoint = { value: 0, center: 0, sigma: 0, ucl: 0, lcl: 0, run: null, level: null };
  for (let index = 0; index < values.length; index++) {
    point.value = values[index] ?? Number.NaN;
    point.center = at(center, index);
    point.sigma = at(sigma, index);
    point.ucl = at(ucl, index);
    point.lcl = at(lcl, index);
    point.run = runs?.[index] ?? null;
    point.level = levels?.[index] ?? null;
    const fired = judge.push(point);
    for (let i = 0; i < fired; i++) {
      const rule = plan.ids[judge.signals[i] ?? 0];
      if (rule !== undefined) found.push({ index, rule });
    }
  }
  return found;
}

const at = (line: Line | null | undefined, index: number): number =>
  (typeof line === 'number' ? line : line?.[index]) ?? Number.NaN;
