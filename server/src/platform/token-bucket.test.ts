import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('so much passes at once, and then as much a second', () => {
  const bucket = new TokenBucket(10, 0);
  for (let i = 0; i < 10; i++) {
    expect(bucket.waitMs(0)).toBe(0);
    bucket.take(1, 0);
  }
  expect(bucket.waitMs(0)).toBe(100);
  expect(bucket.waitMs(60)).toBeCloseTo(40);
  expect(bucket.waitMs(101)).toBe(0);
});

test('what is larger than all credit passes and is paid back by waiting', () => {
  const bucket = new TokenBucket(10, 0);
  bucket.take(35, 0);
  expect(bucket.waitMs(0)).toBe(2600);
  expect(bucket.waitMs(2601)).toBe(0);
});

test('a rest gives no more than a second of it', () => {
  const bucket = new TokenBucket(10, 0);
  expect(bucket.isFull(60_000)).toBe(true);
  bucket.take(11, 60_000);
  expect(bucket.isFull(60_000)).toBe(false);
  expect(bucket.waitMs(60_000)).toBe(200);
});

test('a clock that is set back stops nobody', () => {
  const bucket = new TokenBucket(10, 100_000);
  bucket.take(10, 100_000);
  expect(bucket.waitMs(0)).toBe(100);
  expect(bucket.waitMs(101)).toBe(0);
});
