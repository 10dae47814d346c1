import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { call, type Caller } from '../call.ts';

/** All points of a chart, in their order. */
export async function pointsOf(person: Caller, id: string): Promise<SeriesPoint[]> {
  const all: SeriesPoint[] = [];
  for (;;) {
    const { items } = await call(person, seriesEndpoints.points, { id, after: all.length - 1, limit: 10_000 });
    if (items.length === 0) return all;
    all.push(...items);
  }
}

/** All alerts that a chart ever had. */
export async function alertsOf(person: Caller, seriesId: string): Promise<Alert[]> {
  const all: Alert[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(person, alertEndpoints.list, { seriesId, limit: 200, ...(cursor && { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return all;
}

/** What was measured in a run, in the order of its history, and how often a batch was given up for the time being. */
export async function recordedIn(person: Caller, id: string): Promise<{ recorded: number[]; gaps: number }> {
  const recorded: number[] = [];
  let gaps = 0;
  let after = 0;
  for (;;) {
    const { items } = await call(person, runEndpoints.events, { id, after, limit: 1000 });
    if (items.length === 0) return { recorded, gaps };
    for (const event of items) {
      if (event.kind === 'metric') recorded.push(event.value);
      if (event.kind === 'gap') gaps++;
      after = event.seq;
    }
  }
}
