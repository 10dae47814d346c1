import type { Measurement } from './limits.ts';
import { createRuleStream, type Lines } from './rule-stream.ts';
import type { Rule, RuleSetName } from './rules.ts';

/** One number for the whole chart, or one for each point. */
type Line = number | readonly number[];

export type RuleRequest<Id extends string> = {
  values: readonly Measurement[];
  center: Line;
  sigma?: Line;
  ucl?: Line;
  lcl?: Line;
  ruleSet: RuleSetName | readonly Rule<Id>[];
};

/**
 * Which points signal which rules, by index; the verdicts of `createRuleStream`, each point against its own lines.
 * A later point never changes an earlier verdict.
 */
export function evaluateRules<Id extends string = string>(request: RuleRequest<Id>): { index: number; rule: Id }[] {
  const stream = createRuleStream<Id>({ ...linesAt(request, 0), ruleSet: request.ruleSet });
  return request.values.flatMap((value, index) =>
    stream.push(value, linesAt(request, index)).map((rule) => ({ index, rule })),
  );
}

function linesAt({ center, sigma, ucl, lcl }: RuleRequest<string>, index: number): Lines {
  return {
    center: at(center, index),
    ...(sigma !== undefined && { sigma: at(sigma, index) }),
    ...(ucl !== undefined && { ucl: at(ucl, index) }),
    ...(lcl !== undefined && { lcl: at(lcl, index) }),
  };
}

const at = (line: Line, index: number): number => (typeof line === 'number' ? line : (line[index] ?? Number.NaN));
