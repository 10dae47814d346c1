import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { expect, test } from 'vitest';
import { RulePrices } from './rule-price.svelte.ts';
import { pricesOf, type PriceAnswer, type PriceQuestion } from './rule-price.ts';

const [WE1, , , WE4] = ruleSets['western-electric'];

test('a point beyond 3 sigma is a false alarm once in 370 points, and finds a shift of 1 sigma after 44', () => {
  const { all, alone } = pricesOf({ on: [WE1], offered: [WE1, WE4], shift: 1 });
  expect(all?.inControl).toBeCloseTo(370.4, 1);
  expect(all?.delay).toBeCloseTo(43.9, 1);
  expect(alone['beyond 1 1 3']).toEqual(all);
  expect(alone['beyond 8 8 0']?.falseAlarms).toBeGreaterThan(0);
});

test('another rule makes it dearer and quicker', () => {
  const one = pricesOf({ on: [WE1], offered: [], shift: 1 }).all;
  const two = pricesOf({ on: [WE1, WE4], offered: [], shift: 1 }).all;
  expect(Number(two?.falseAlarms)).toBeGreaterThan(Number(one?.falseAlarms));
  expect(Number(two?.delay)).toBeLessThan(Number(one?.delay));
});

test('no rules have no price, nor has a rule that cannot be judged', () => {
  expect(pricesOf({ on: [], offered: [{ ...WE1, count: 5 }], shift: 1 })).toEqual({ all: null, alone: {} });
});

test('while one price is worked out only the newest question waits', async () => {
  const asked: number[] = [];
  const waiting: ((answer: PriceAnswer) => void)[] = [];
  const prices = new RulePrices(({ shift }: PriceQuestion) => {
    asked.push(shift);
    return new Promise((resolve) => waiting.push(resolve));
  });
  const done = [1, 2, 3].map((shift) => prices.want({ on: [WE1], offered: [WE1], shift }));
  waiting[0]?.(pricesOf({ on: [WE1], offered: [WE1], shift: 1 }));
  await expect.poll(() => asked).toEqual([1, 3]);
  expect([prices.state, prices.of(WE1)?.delay]).toEqual(['ready', prices.all?.delay]);
  waiting[1]?.({ all: null, alone: {} });
  await Promise.all(done);
  expect(prices.all).toBeNull();
});

test('a price that cannot be worked out is told', async () => {
  const prices = new RulePrices(() => Promise.reject(new Error('no worker')));
  await prices.want({ on: [WE1], offered: [], shift: 1 });
  expect(prices.state).toBe('failed');
});
