import { expect, test } from 'vitest';
import { movableLines, movedLine } from './moved-line.ts';

const now = { parameters: { center: 10, sigma: 2 }, lines: { center: 10, ucl: 13, lcl: 7 } };

test('the centre takes both limits along', () => {
  expect(movedLine({ line: 'center', to: 11 }, now)).toEqual({ from: 'given', center: 11, sigma: 2 });
});

test('a limit takes the other one along: sigma grows as its distance does', () => {
  expect(movedLine({ line: 'ucl', to: 14.5 }, now)).toEqual({ from: 'given', center: 10, sigma: 3 });
  expect(movedLine({ line: 'lcl', to: 8.5 }, now)).toEqual({ from: 'given', center: 10, sigma: 1 });
});

test('a limit does not cross the centre', () => {
  const { sigma } = movedLine({ line: 'ucl', to: 5 }, now) as { sigma: number };
  expect(sigma).toBeGreaterThan(0);
});

test('a limit that is cut off at a natural bound is not moved, nor are lines of charts whose lines do not follow evenly', () => {
  expect(movableLines('i', now.lines)).toEqual(['ucl', 'center', 'lcl']);
  expect(movableLines('p', { center: 0.1, ucl: 0.3, lcl: 0 })).toEqual(['ucl', 'center']);
  expect(movableLines('cusum', { center: 0, ucl: 5, lcl: -5 })).toEqual([]);
  expect(movableLines('mr', { center: 1, ucl: 3, lcl: 0 })).toEqual(['ucl', 'center']);
});
