import type { Snooze } from '@cobench/shared/alerts/alert';
import { expect, test } from 'vitest';
import { anAlert } from '../../../test/lab-records.ts';
import { acknowledgedBy, headline, pointsInWords, signalsInWords, snoozeInWords, statusOf } from './alert-words.ts';

const at = '2026-11-21T10:00:00.000Z';

test('an alert is named by its rule, side and value, as far as it has them', () => {
  expect(headline(anAlert())).toBe('One point beyond 3 sigma, above: 13.4 mTorr');
  expect(headline(anAlert({ side: null, value: null }))).toBe('One point beyond 3 sigma');
});

test('points are counted as charts count them', () => {
  expect([pointsInWords(anAlert()), signalsInWords(anAlert())]).toEqual(['Point 45', '1 signal']);
  const grown = anAlert({ lastIndex: 50, signals: 7 });
  expect([pointsInWords(grown), signalsInWords(grown)]).toEqual(['Points 45 to 51', '7 signals']);
});

const snoozed: Snooze = {
  until: null,
  untilIndex: 59,
  untilChange: true,
  byName: 'Ben',
  at,
  reason: 'Pump is changed',
};

test('what is withdrawn or keeps quiet says so before its state, unless it is closed', () => {
  const withdrawn = { limitsVersion: 2, at, byName: 'Ben' };
  expect([
    statusOf(anAlert({ state: 'in-action' })),
    statusOf(anAlert({ state: 'acknowledged', snoozed })),
    statusOf(anAlert({ state: 'closed', snoozed })),
    statusOf(anAlert({ state: 'closed', withdrawn })),
  ]).toEqual(['in-action', 'snoozed', 'closed', 'withdrawn']);
});

test('a snooze says all that ends it', () => {
  expect(snoozeInWords(snoozed)).toBe('until point 60, or until it signals again or its state changes');
});

test('all who acknowledged are named', () => {
  const one = { byId: '1', byName: 'Ada', at, comment: '' };
  const acknowledgements = [one, { ...one, byId: '2', byName: 'Ben' }, { ...one, byId: '3', byName: 'Yuki' }];
  expect(acknowledgedBy({ acknowledgements })).toBe('Acknowledged by Ada, Ben and Yuki.');
  expect(acknowledgedBy({ acknowledgements: [one] })).toBe('Acknowledged by Ada.');
});
