import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { expect, test } from 'vitest';
import { wordsOf } from './rule-words.ts';

const spoken = [
  ruleSets['western-electric'],
  ruleSets.nelson,
  ruleSets.aiag,
  ruleSets.montgomery,
  ruleSets.juran,
].flat();

test.each(spoken.map((rule) => [rule.id, rule] as const))(
  'the words that follow from the data of %s are its own',
  (_, rule) => {
    expect(wordsOf(rule)).toBe(rule.title);
  },
);

test('edited rules have words, too', () => {
  expect(wordsOf({ window: 1, count: 1, zone: 2.5 })).toBe('One point beyond 2.5 sigma');
  expect(wordsOf({ window: 24, count: 22, zone: 1, pattern: 'outside' })).toBe(
    '22 of 24 points in a row beyond 1 sigma on either side',
  );
  expect(wordsOf({ window: 2, count: 2, zone: 2, pattern: 'range' })).toBe(
    'Two controls of one run more than 4 sigma apart',
  );
});
