import { expect, test } from 'vitest';
import { lent, release } from './release.ts';

test('memory of bytes is given back at once, unless others have a share in it', () => {
  const whole = Buffer.allocUnsafeSlow(100_000);
  const share = whole.subarray(1);
  release(share);
  expect(whole).toHaveLength(100_000);
  release(whole);
  expect(whole).toHaveLength(0);
  expect(share).toHaveLength(0);
});

test('a piece that is lent is good until the next one is asked for', async () => {
  const pieces = [Buffer.allocUnsafeSlow(70_000), Buffer.allocUnsafeSlow(70_000)];
  const left: number[][] = [];
  async function* given() {
    yield* pieces;
  }
  for await (const piece of lent(given())) left.push([piece.length, ...pieces.map(({ length }) => length)]);
  expect(left).toEqual([
    [70_000, 70_000, 70_000],
    [70_000, 0, 70_000],
  ]);
  expect(pieces[1]).toHaveLength(0);
});
