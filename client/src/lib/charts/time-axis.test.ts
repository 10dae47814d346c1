import { expect, test } from 'vitest';
import { timeLabels } from './time-axis.ts';

const at = (time: string) => new Date(`2026-11-21T${time}`).getTime();

test('labels are as fine as the distance of the ticks', () => {
  expect(timeLabels([at('14:00:00.000'), at('14:00:00.500')], 500)).toEqual(['14:00:00.000', '14:00:00.500']);
  expect(timeLabels([at('14:00:00'), at('14:00:10')], 10_000)).toEqual(['14:00:00', '14:00:10']);
  expect(timeLabels([at('14:00:00'), at('14:10:00')], 600_000)).toEqual(['14:00', '14:10']);
});

test('the day stands where it begins to be another one', () => {
  const evening = at('23:00:00');
  expect(timeLabels([evening, evening + 3_600_000], 3_600_000)).toEqual(['23:00', '22 Nov, 00:00']);
});
