import { ChartDefinition } from '@cobench/shared/series/chart';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, type Sent } from '../../../test/answers.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { measurementsIn, PointByHand } from './point-by-hand.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['12.4', [12.4]],
  ['12,4 12,6', [12.4, 12.6]],
  ['12.4, 12.6; -1e-3', [12.4, 12.6, -0.001]],
  ['1 - 3', [1, null, 3]],
])('%j are measurements', (text, items) => {
  expect(measurementsIn(text)).toEqual(items);
});

test.each(['', '-', 'abc', '1,2,3', '12 nm'])('%j are none', (text) => {
  expect(measurementsIn(text)).toBeNull();
});

test('a point keeps its key until it is in, and the next one has another', async () => {
  const keys: string[] = [];
  answers({
    [`POST /api/v1/series/${anId(20)}/points`]: ({ body }: Sent) => {
      keys.push((body as { points: { key: string }[] }).points[0]?.key ?? '');
      if (keys.length === 1) throw new TypeError('the answer was lost');
      return { accepted: 1, duplicates: 0, pointCount: 8 };
    },
  });
  const hand = new PointByHand(aSeries());
  hand.values = '10.5';
  expect(await hand.submit()).toBeNull();
  expect(await hand.submit()).toBe(8);
  hand.values = '10.6';
  await hand.submit();
  expect([keys[0] === keys[1], keys[1] === keys[2]]).toEqual([true, false]);
});

test('a count waits for what it is out of, and is not more than that', () => {
  const hand = new PointByHand(aSeries({ chart: ChartDefinition.parse({ kind: 'p' }) }));
  hand.values = '3';
  expect(hand.ready).toBe(false);
  hand.size = 2;
  expect([hand.ready, hand.problem]).toEqual([false, 'More failed than there were.']);
  hand.size = 50;
  expect([hand.ready, hand.problem]).toEqual([true, null]);
});
