import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import type { Problem } from '@cobench/shared/errors';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { LimitsVersion } from '@cobench/shared/series/phase';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import { controlPoint } from './control-points.ts';
import { momentsOf, type Period } from './report-period.ts';

/** Without a period a report is about so many of the newest points. */
const usualPoints = 1000;
const pageSize = 10_000;
/** So many alerts are looked through for those of the period. */
const mostAlerts = 2000;

/** What a report says about a chart in a period: its points, the limits then, and what people did about alarms. */
export class SeriesReport {
  series = $state.raw<Series | null>(null);
  stored = $state.raw<readonly SeriesPoint[]>([]);
  /** The alarms of these points that are not withdrawn, the oldest first. */
  alerts = $state.raw<readonly Alert[]>([]);
  versions = $state.raw<readonly LimitsVersion[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state.raw<Problem | null>(null);
  readonly missing = $derived.by(() => isMissing(this.problem));
  readonly points = $derived.by(() => this.stored.map(controlPoint));
  readonly excluded = $derived.by(() => this.points.filter(({ excluded }) => excluded !== null));
  readonly signals = $derived.by(() => this.stored.filter(({ rules }) => rules.length > 0).length);
  #turn = 0;

  async load(id: string, period: Period): Promise<void> {
    const turn = ++this.#turn;
    this.state = 'loading';
    try {
      const [series, stored, versions] = await Promise.all([
        call(seriesEndpoints.get, { id }),
        pointsOf(id, period),
        call(seriesEndpoints.limits, { id, limit: 200 }),
      ]);
      const alerts = await alertsOf(id, stored);
      if (turn !== this.#turn) return;
      Object.assign(this, { series, stored, alerts, versions: versions.items.toReversed(), problem: null });
      this.state = 'ready';
    } catch (error) {
      const problem = problemOf(error);
      if (turn !== this.#turn) return;
      this.problem = problem;
      this.state = 'failed';
    }
  }
}

/** The points of the period, oldest first, fetched backwards until one is too old. */
async function pointsOf(id: string, period: Period): Promise<SeriesPoint[]> {
  const isUsual = period.from === null && period.to === null;
  const { start, end } = momentsOf(period);
  const parts: SeriesPoint[][] = [];
  let before: number | undefined;
  for (;;) {
    const limit = isUsual ? usualPoints : pageSize;
    const { items } = await call(seriesEndpoints.points, { id, limit, ...(before !== undefined && { before }) });
    parts.unshift(items.filter(({ at }) => Date.parse(at) >= start && Date.parse(at) < end));
    const [oldest] = items;
    if (isUsual || !oldest || items.length < limit || oldest.index === 0 || Date.parse(oldest.at) < start) break;
    before = oldest.index;
  }
  return parts.flat();
}

async function alertsOf(seriesId: string, points: readonly SeriesPoint[]): Promise<Alert[]> {
  const [first, last] = [points[0]?.index ?? 0, points.at(-1)?.index ?? -1];
  const found: Alert[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Alert[]; nextCursor: string | null } = await call(alertEndpoints.list, {
      seriesId,
      limit: 200,
      ...(cursor !== null && { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < mostAlerts);
  return found
    .filter((alert) => alert.withdrawn === null && alert.firstIndex <= last && alert.lastIndex >= first)
    .toSorted((a, b) => a.firstIndex - b.firstIndex);
}
