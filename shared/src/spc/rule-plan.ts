import { checkPattern } from './check-rule.ts';
import { ruleSets, type RuleSetName } from './rule-sets.ts';
import type { Rule, RulePattern } from './rules.ts';

/**
 * Something that is true of a point or not, remembered for as many points as the longest rule over it looks back on.
 * `inARow` where all of them need all of their points on this one side, so that it is enough to know how many there were.
 */
export type Mark = { kind: 'above' | 'below' | 'inside'; zone: number; window: number; inARow: boolean };

/** A rule and the places of its marks; `second` is −1 where it has only one. */
export type PlannedRule = {
  pattern: RulePattern;
  window: number;
  count: number;
  zone: number;
  first: number;
  second: number;
};

/** A rule set, made ready to be judged: what has to be asked of a point is asked once, however many rules ask it. */
export type RulePlan<Id extends string> = {
  ids: readonly Id[];
  rules: readonly PlannedRule[];
  marks: readonly Mark[];
  /** The longest window. */
  window: number;
  /** The longest trend and the longest alternation, in steps from point to point. */
  trend: number;
  zigzag: number;
  /** Says which rules a stored state is of, in a few characters. */
  print: string;
};

/**
 * @throws RangeError where there is no rule set of that name, or a rule cannot be judged (see `checkRule`; its title does
 * not matter here).
 */
export function planOf<Id extends string>(ruleSet: RuleSetName | readonly Rule<Id>[]): RulePlan<Id> {
  const rules = rulesOf(ruleSet);
  const marks: Mark[] = [];

  function mark(kind: Mark['kind'], { zone, window, count, pattern }: Rule): number {
    const place = marks.findIndex((known) => known.kind === kind && known.zone === zone);
    const inARow = count === window && pattern !== 'outside';
    const known = marks[place];
    if (!known) return marks.push({ kind, zone, window, inARow }) - 1;
    marks[place] = { kind, zone, window: Math.max(window, known.window), inARow: inARow && known.inARow };
    return place;
  }

  const planned = rules.map((rule): PlannedRule => {
    const { window, count, zone, pattern = 'beyond' } = rule;
    const wrong = checkPattern(rule);
    if (wrong !== null) throw new RangeError(`Rule ${rule.id}: ${wrong}`);
    const places = { first: -1, second: -1 };
    if (pattern === 'within') places.first = mark('inside', rule);
    if (pattern === 'beyond' || pattern === 'outside' || pattern === 'range') {
      places.first = mark('above', rule);
      places.second = mark('below', rule);
    }
    return { pattern, window, count, zone, ...places };
  });
  const steps = (of: RulePattern) =>
    Math.max(0, ...planned.map(({ pattern, window }) => (pattern === of ? window - 1 : 0)));
  return {
    ids: rules.map(({ id }) => id),
    rules: planned,
    marks,
    window: Math.max(1, ...planned.map(({ window }) => window)),
    trend: steps('trend'),
    zigzag: steps('alternating'),
    print: hash(JSON.stringify(planned.map(({ first: _f, second: _s, ...rule }) => Object.values(rule)))),
  };
}

function rulesOf<Id extends string>(ruleSet: RuleSetName | readonly Rule<Id>[]): readonly Rule<Id>[] {
  if (typeof ruleSet !== 'string') return ruleSet;
  if (!Object.hasOwn(ruleSets, ruleSet)) throw new RangeError(`There is no rule set named ${ruleSet}.`);
  // A preset's ids are what `Id` is inferred to be where a name is given.
  return ruleSets[ruleSet] as readonly Rule[] as readonly Rule<Id>[];
}

/** FNV-1a over UTF-16 units, in base 36. */
function hash(text: string): string {
  let sum = 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01_00_01_93);
  return (sum >>> 0).toString(36);
}
