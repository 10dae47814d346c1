import type { Problem } from '@cobench/shared/errors';
import { seriesEndpoints, type Series } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { AlertFeed } from './alert-feed.svelte.ts';
import { SeriesPoints } from './series-points.svelte.ts';

/** So many of the newest points are drawn; as many as the server answers with. */
const mostPoints = 10_000;

/** One control chart with its points and alerts, live. */
export class SeriesPage {
  series = $state.raw<Series | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** It does not exist, may not be seen, or its address is no address of a chart. */
  readonly missing = $derived.by(() => isMissing(this.problem));
  readonly id: string;
  readonly points: SeriesPoints;
  readonly alerts: AlertFeed;
  readonly #live: Live;

  constructor(id: string, live: Live) {
    this.id = id;
    this.#live = live;
    this.points = new SeriesPoints(id, { live, limit: mostPoints });
    this.alerts = new AlertFeed({
      live,
      wanted: () => ({ query: { seriesId: id }, keep: ({ seriesId }) => seriesId === id }),
    });
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('series.changed', (series) => {
        if (series.id === this.id) this.put(series);
      }),
      this.#live.onreconnect(() => void this.load()),
      this.points.follow(),
      this.alerts.follow(),
    ];
    void this.load();
    return () => offs.forEach((off) => off());
  }

  async load(): Promise<void> {
    try {
      this.put(await call(seriesEndpoints.get, { id: this.id }));
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Takes over the chart as it is now, unless a newer copy is known. */
  put(series: Series): void {
    if (this.series === null || series.version >= this.series.version) this.series = series;
  }
}
