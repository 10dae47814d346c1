import { expect, test } from 'vitest';
import { changeInWords, diffInWords, episodeInWords } from './what-if-words.ts';

test.each([
  [{ vanishing: 0, appearing: 0, stays: 0 }, 'There are no alarms, as before.'],
  [{ vanishing: 0, appearing: 0, stays: 1 }, 'No alarm appears or vanishes; 1 alarm stays.'],
  [{ vanishing: 3, appearing: 1, stays: 4 }, '3 alarms vanish, 1 appears, 4 stay.'],
  [{ vanishing: 1, appearing: 0, stays: 1 }, '1 alarm vanishes, 1 stays.'],
  [{ vanishing: 0, appearing: 1200, stays: 0 }, '1,200 alarms appear, 0 stay.'],
])('%j reads: %s', (diff, words) => {
  expect(diffInWords(diff)).toBe(words);
});

test('what changes is told without what stays', () => {
  expect(changeInWords({ vanishing: 2, appearing: 1 })).toBe('2 alarms vanish, 1 appears.');
  expect(changeInWords({ vanishing: 0, appearing: 0 })).toBe('No alarm appears or vanishes.');
});

test('an alarm is named by its rule, its side and its points', () => {
  const episode = { rule: 'WE4', title: '', firstIndex: 44, lastIndex: 51, signals: 8, alertId: null };
  expect(episodeInWords({ ...episode, side: 'above' })).toBe('WE4, above: points 45 to 52');
  expect(episodeInWords({ ...episode, side: null, lastIndex: 44 })).toBe('WE4: point 45');
});
