import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Series } from '@cobench/shared/series/series';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { gathered, soon } from './gathered.ts';
import { newestSeries } from './newest-series.ts';
import { onWall, type WallFilter } from './wall-order.ts';

/** So many charts are put in order; beyond that people ask for more. */
const mostAtOnce = 1000;

/** The control charts of a project or of the whole organisation, live, the urgent ones first. `filter` is read reactively. */
export class SeriesWall {
  readonly pages: PagedList<Series>;
  /** What was heard since the last answered request: an overtaken answer does not bring back what is old. */
  #heard = $state.raw<readonly Series[]>([]);
  readonly #schedule: typeof soon;
  readonly series: readonly Series[];

  constructor(filter: () => WallFilter, schedule: typeof soon = soon) {
    this.#schedule = schedule;
    this.pages = new PagedList((cursor) => {
      const { projectId, q, instrumentId, archived } = filter();
      return call(seriesEndpoints.list, {
        limit: 200,
        cursor,
        projectId: projectId ?? undefined,
        q: q || undefined,
        instrumentId: instrumentId ?? undefined,
        ...(archived && { archived: 'true' }),
      });
    });
    this.series = $derived(onWall(this.pages.items, this.#heard, filter()));
  }

  /** Listens until the returned clean-up is called. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    // Each point of each chart is told: the wall is put in order once for many of them.
    const coming = gathered<Series>(({ id }) => id, { deliver: (all) => this.#hear(all), schedule: this.#schedule });
    const offs = [
      live.on('series.changed', (series) => coming.add(series)),
      live.on('project.deleted', () => void this.refresh()),
      live.onreconnect(() => void this.refresh()),
      () => coming.stop(),
    ];
    return () => offs.forEach((off) => off());
  }

  load(): Promise<void> {
    return this.#renew(() => this.pages.load());
  }

  refresh(): Promise<void> {
    return this.#renew(() => this.pages.refresh());
  }

  #hear(all: readonly Series[]): void {
    this.#heard = newestSeries(this.#heard, all);
  }

  async #renew(fetch: () => Promise<void>): Promise<void> {
    const before = untrack(() => this.#heard);
    await fetch();
    // One that is out of control stands first, whatever page it is on.
    while (this.pages.hasMore && this.pages.problem === null && this.pages.items.length < mostAtOnce) {
      await this.pages.more();
    }
    if (this.pages.problem === null) this.#heard = this.#heard.filter((one) => !before.includes(one));
  }
}
