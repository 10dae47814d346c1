import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { NewSeries } from '@cobench/shared/series/series';
import { noise } from '../../src/demo/noise.ts';
import { call } from '../../test/call.ts';
import { processLoad } from '../process-load.ts';
import type { Cobench } from '../runs/house.ts';

/** `processor`: milliseconds of processor time that the server, its engine included, spends on one. */
export type Query = { points: number; took: number[]; processor: number };

/** Charts of so many points each, brought as any program would bring them. Answers their ids. */
export async function storedSeries(
  { person, projectId }: Cobench,
  { series, points }: { series: number; points: number },
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < series; n++) {
    const chart = NewSeries.parse({
      projectId,
      name: `Stored ${n}`,
      source: { from: 'points' },
      limits: { from: 'given', center: 30, sigma: 0.5 },
    });
    const { id } = await call(person, seriesEndpoints.create, chart);
    const random = noise(n + 1);
    for (let begun = 0; begun < points; begun += 1000) {
      const some = Array.from({ length: Math.min(1000, points - begun) }, (_, i) => ({
        items: [Number(random.normal(30, 0.5).toPrecision(8))],
        key: String(begun + i),
      }));
      await call(person, seriesEndpoints.addPoints, { id, points: some });
    }
    ids.push(id);
  }
  return ids;
}

/** How long (milliseconds) points of a chart take over HTTP, of one chart after another; and the health of the server between. */
export async function queries(
  { person, pid }: Cobench,
  { ids, lengths, times }: { ids: readonly string[]; lengths: readonly number[]; times: number },
): Promise<{ asked: Query[]; middle: Query; health: number[] }> {
  const health: number[] = [];
  const asked: Query[] = [];
  for (const points of lengths) asked.push(await query(points, () => ''));
  // From places where no state was kept.
  const middle = await query(1000, (n) => `&after=${3333 + n}`);
  return { asked, middle, health };

  async function query(points: number, place: (n: number) => string): Promise<Query> {
    const took: number[] = [];
    let processor = 0;
    for (let n = -5; n < times; n++) {
      const path = `/api/v1/series/${ids[(n + 5) % ids.length]}/points?limit=${points}${place(n)}`;
      const before = processLoad(pid).cpuSeconds;
      const time = await timed(() => whole(path));
      // The compiler sees the first ones for the first time.
      if (n < 0) continue;
      processor += processLoad(pid).cpuSeconds - before;
      took.push(time);
      health.push(await timed(() => whole('/healthz')));
    }
    return { points, took, processor: (1000 * processor) / times };
  }

  /** Everything that was answered is here. */
  async function whole(path: string): Promise<void> {
    const answer = await person.get(path);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
