import { afterEach, expect, test, vi } from 'vitest';
import { answers } from '../../../test/answers.ts';
import { anId } from '../../../test/records.ts';
import { allPoints } from './all-points.ts';

afterEach(() => vi.unstubAllGlobals());

const stored = Array.from({ length: 25_000 }, (_, index) => ({
  index,
  at: '2026-11-21T10:00:00.000Z',
  items: [index],
  size: null,
  value: index,
  center: null,
  sigma: null,
  ucl: null,
  lcl: null,
  rules: [],
  excluded: null,
  runId: null,
  label: '',
}));

test('all points are fetched part by part, from the first that is wanted', async () => {
  const sent = answers({
    [`GET /api/v1/series/${anId(20)}/points`]: ({ url }: { url: string }) => {
      const query = new URL(url, 'http://lab.test').searchParams;
      const after = Number(query.get('after'));
      return { items: stored.slice(after + 1, after + 1 + Number(query.get('limit'))) };
    },
  });
  const points = await allPoints(anId(20));
  expect([points.length, points.every(({ index }, i) => index === i), sent.length]).toEqual([25_000, true, 3]);
  expect((await allPoints(anId(20), { from: 24_990 })).map(({ index }) => index)).toHaveLength(10);
});
