import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { call } from '#lib/api/call.ts';

const pageSize = 10_000;

/** All points of a series, oldest first, fetched part by part; `from` is the number of the first that is wanted. */
export async function allPoints(
  id: string,
  { from = 0, signal }: { from?: number; signal?: AbortSignal } = {},
): Promise<SeriesPoint[]> {
  const parts: SeriesPoint[][] = [];
  let after = from - 1;
  for (;;) {
    const { items } = await call(seriesEndpoints.points, { id, limit: pageSize, after }, signal ? { signal } : {});
    parts.push(items);
    if (items.length < pageSize) return parts.flat();
    after = items.at(-1)?.index ?? after;
  }
}
