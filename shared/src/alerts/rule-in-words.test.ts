import { expect, test } from 'vitest';
import { conventions } from '../spc/conventions.ts';
import { ruleSets } from '../spc/rule-sets.ts';
import { conventionsOf, ruleInWords } from './rule-in-words.ts';

const limits = { center: 10, sigma: 1, ucl: 13, lcl: 7 };
const seen = { side: 'above', limits, unit: 'nm' } as const;
const rule = { id: 'X', title: 'x', window: 1, count: 1, zone: 3 };

test.each([
  [rule, seen, 'One point above the upper limit at 13 nm.'],
  [rule, { ...seen, side: 'below' }, 'One point below the lower limit at 7 nm.'],
  [
    { ...rule, window: 3, count: 2, zone: 2 },
    seen,
    'At least 2 of the last 3 points, the newest among them, above 12 nm, 2 sigma from the centre line at 10 nm.',
  ],
  [
    { ...rule, window: 8, count: 8, zone: 0 },
    { ...seen, side: 'below' },
    '8 points in a row below the centre line at 10 nm.',
  ],
  [
    { ...rule, window: 15, count: 15, zone: 1, pattern: 'within' },
    { ...seen, side: null },
    '15 points in a row between 9 nm and 11 nm, within 1 sigma of the centre at 10 nm.',
  ],
  [
    { ...rule, window: 8, count: 8, zone: 1, pattern: 'outside' },
    { ...seen, side: null },
    '8 points in a row below 9 nm or above 11 nm, 1 sigma from the centre at 10 nm.',
  ],
  [
    { ...rule, window: 6, count: 6, pattern: 'trend' },
    { ...seen, side: 'below' },
    '6 points in a row, each below the one before it.',
  ],
  [
    { ...rule, window: 14, count: 14, pattern: 'alternating' },
    { ...seen, side: null },
    '14 points in a row that go up and down in turn.',
  ],
  [
    rule,
    { side: 'below', limits: { center: 0.1, sigma: 0.1, ucl: 0.4, lcl: -0.1 - 0.2 }, unit: '' },
    'One point below the lower limit at −0.3.',
  ],
] as const)('a rule in words has the numbers of its chart (%#)', (of, where, words) => {
  expect(ruleInWords(of, where)).toBe(words);
});

test('each rule of each preset is said, and what is decided for it is among the conventions', () => {
  const titles = conventions.map(({ title }) => title);
  const rules = Object.values(ruleSets).flatMap((set) => [...set]);
  expect(rules.length).toBeGreaterThan(30);
  for (const one of rules) {
    expect(ruleInWords(one, seen)).toMatch(/^[A-Z0-9].*\.$/);
    expect(titles).toEqual(expect.arrayContaining(conventionsOf(one)));
  }
});
