import { expect, test } from 'vitest';
import { checkRule, checkRuleSet } from './check-rule.ts';
import { createRuleStream } from './rule-stream.ts';
import { ruleSetNames, ruleSets } from './rule-sets.ts';
import { sideOfSignal } from './signal-side.ts';
import type { Rule } from './rules.ts';

const aRule = (overrides: Partial<Rule> = {}): Rule => ({
  id: 'X1',
  title: 'Three of four points beyond 1.5 sigma',
  window: 4,
  count: 3,
  zone: 1.5,
  ...overrides,
});

test.each(ruleSetNames)('nothing is wrong with the rules of %s', (name) => {
  expect(checkRuleSet(ruleSets[name])).toBeNull();
});

test.each([
  [{}, null],
  [{ id: ' ' }, 'Give the rule a short name.'],
  [{ id: 'x'.repeat(21) }, 'The short name of a rule has at most 20 characters.'],
  [{ title: '' }, 'Say in words what the rule looks for.'],
  [{ window: 33 }, 'A rule looks at 1 to 32 points.'],
  [{ window: 2.5 }, 'A rule looks at 1 to 32 points.'],
  [{ count: 5 }, 'A rule over 4 points needs 1 to 4 of them.'],
  [{ count: 0 }, 'A rule over 4 points needs 1 to 4 of them.'],
  [{ window: 1, count: 2 }, 'A rule over 1 point needs 1 to 1 of them.'],
  [{ zone: -1 }, 'A zone line is 0 to 6 sigma from the centre line.'],
  [{ zone: Number.NaN }, 'A zone line is 0 to 6 sigma from the centre line.'],
  [{ zone: 0 }, null],
  [{ zone: 0, pattern: 'within' }, 'This pattern needs a line beside the centre line.'],
  [{ pattern: 'trend' }, 'Every point of a trend or of an alternation counts.'],
  [{ pattern: 'trend', count: 4 }, null],
  [{ pattern: 'trend', window: 1, count: 1 }, 'A trend has at least 2 points.'],
  [{ pattern: 'alternating', window: 2, count: 2 }, 'Up and down in turn takes at least 3 points.'],
  [{ pattern: 'range' }, 'A range is between 2 of 2 controls.'],
  [{ pattern: 'spiral' as 'trend' }, 'A rule looks for one of the known patterns.'],
] as const)('%j: %s', (overrides, words) => {
  expect(checkRule(aRule(overrides))).toBe(words);
});

test('two rules of one name are told apart by nobody', () => {
  expect(checkRuleSet([aRule(), aRule({ window: 5 })])).toBe('Two rules are named X1.');
});

test('a rule set that is not there, and a state of other rules, are refused', () => {
  expect(() => createRuleStream({ center: 0, ruleSet: 'shewhart' as 'nelson' })).toThrow(
    'There is no rule set named shewhart.',
  );
  const state = createRuleStream({ center: 0, sigma: 1, ruleSet: 'nelson' }).state();
  expect(() => createRuleStream({ center: 0, sigma: 1, ruleSet: 'aiag', state })).toThrow(
    'The stored state is of other rules than these.',
  );
});

test('the side of a signal: that of the point, the direction of a trend, and none where both are part of it', () => {
  const point = { value: 9, previous: 8, center: 10 };
  expect(sideOfSignal(aRule(), point)).toBe('below');
  expect(sideOfSignal(aRule(), { ...point, value: 10 })).toBeNull();
  expect(sideOfSignal(aRule({ pattern: 'trend' }), point)).toBe('above');
  expect(sideOfSignal(aRule({ pattern: 'trend' }), { ...point, previous: 12 })).toBe('below');
  expect(sideOfSignal(aRule({ pattern: 'trend' }), { ...point, previous: null })).toBeNull();
  const others = (['outside', 'within', 'alternating', 'range'] as const).map((pattern) => aRule({ pattern }));
  expect(others.map((rule) => sideOfSignal(rule, point))).toEqual([null, null, null, null]);
});
