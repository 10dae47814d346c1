import { expect, test } from 'vitest';
import { anAlert } from '../../../test/lab-records.ts';
import { explanation, headline, pointsOf } from './alert-words.ts';

test('a point beyond a limit is explained by the limit', () => {
  const alert = anAlert();
  expect(headline(alert)).toBe('One point beyond 3 sigma, above: 13.4 mTorr');
  expect(explanation(alert)).toEqual([
    'Rule WE1: One point beyond 3 sigma.',
    'The line here is the upper limit at 13 mTorr. A single point above the line is enough.',
    'Point 45 led to it; one of them signalled, the first with 13.4 mTorr.',
    'Limits 7 to 13 mTorr around 10 mTorr; sigma is 1 mTorr.',
  ]);
});

test('a run on one side is explained by the points of its window and the centre line', () => {
  const alert = anAlert({ rule: 'WE4', side: 'below', firstIndex: 20, lastIndex: 22, signals: 3, value: 9.5 });
  expect(pointsOf(alert)).toEqual({ first: 13, last: 22 });
  expect(explanation(alert).slice(1, 3)).toEqual([
    'The line here is the centre line at 10 mTorr. 8 of 8 points in a row below the line are enough; each further one belongs to the same alert.',
    'Points 14 to 23 led to it; 3 of them signalled, the first with 9.5 mTorr.',
  ]);
});

test('the window of an early alert does not reach before the first point', () => {
  expect(pointsOf(anAlert({ rule: 'WE4', firstIndex: 5, lastIndex: 5 }))).toEqual({ first: 0, last: 5 });
});
