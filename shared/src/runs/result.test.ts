import { expect, test } from 'vitest';
import { ReportedResult, verdict } from './result.ts';

test.each([
  [10, { lower: 9, upper: 11 }, 'pass'],
  [9, { lower: 9, upper: 11 }, 'pass'],
  [11, { lower: 9, upper: 11 }, 'pass'],
  [8.99, { lower: 9, upper: 11 }, 'fail'],
  [11.01, { lower: 9, upper: 11 }, 'fail'],
  [-5, { lower: null, upper: 0 }, 'pass'],
  [1, { lower: null, upper: 0 }, 'fail'],
  [1e9, { lower: 0, upper: null }, 'pass'],
  [10, null, null],
  ['clean', null, null],
  [true, null, null],
] as const)('%o within %o: %s', (value, tolerance, answer) => {
  expect(verdict({ value, tolerance })).toBe(answer);
});

test.each([
  [{ name: 'Depth', value: 'deep', tolerance: { lower: 1 } }, ['tolerance']],
  [{ name: 'Depth', value: 1, tolerance: {} }, ['tolerance']],
  [{ name: 'Depth', value: 1, tolerance: { lower: 2, upper: 1 } }, ['tolerance']],
  [{ name: '', value: 1 }, ['name']],
  [{ name: 'Depth', value: null }, ['value']],
])('a result that makes no sense is refused (%#)', (reported, path) => {
  expect(ReportedResult.safeParse(reported).error?.issues.map((issue) => issue.path)).toEqual([path]);
});

test('a result may be a number, a text, or yes or no', () => {
  for (const value of [1.5, 'smooth', false]) {
    expect(ReportedResult.parse({ name: 'Finish', value })).toEqual({
      name: 'Finish',
      value,
      unit: '',
      tolerance: null,
    });
  }
});
