import type { Problem } from '@cobench/shared/errors';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Series } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { SeriesPoints } from './series-points.svelte.ts';

/** So many of the newest points are fetched at first. */
const pointsAtFirst = 10_000;

/** One control chart with its points, live. */
export class SeriesPage {
  series = $state.raw<Series | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What the instrument is called that the chart is about; null where there is none or it is not known. */
  instrumentName = $state<string | null>(null);
  /** It does not exist, may not be seen, or its address is no address of a chart. */
  readonly missing = $derived.by(() => isMissing(this.problem));
  readonly id: string;
  readonly points: SeriesPoints;
  readonly #live: Live;

  constructor(id: string, live: Live) {
    this.id = id;
    this.#live = live;
    this.points = new SeriesPoints(id, { live, limit: pointsAtFirst });
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('series.changed', (series) => {
        if (series.id === this.id) this.put(series);
      }),
      this.#live.onreconnect(() => void this.load()),
      this.points.follow(),
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

  /** Takes over the chart as it is now, unless a newer copy is known. Where its limits changed, so did its points. */
  put(series: Series): void {
    const known = this.series;
    if (known !== null && series.version < known.version) return;
    this.series = series;
    if (known !== null && series.limitsVersion > known.limitsVersion) void this.points.load();
    if (known === null && series.instrumentId !== null) void this.#nameInstrument(series.instrumentId);
  }

  async #nameInstrument(id: string): Promise<void> {
    try {
      const { name } = await call(instrumentEndpoints.get, { id });
      this.instrumentName = name;
    } catch {
      // The page has its link to the instrument; that says what is wrong with it.
      this.instrumentName = null;
    }
  }
}
