import { seriesEndpoints, type Series } from '@cobench/shared/series/series';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { newestSeries } from './newest-series.ts';

/** Which control charts the wall shows; null means of all projects. */
export type WallFilter = { projectId: string | null; q: string };

/** The control charts of a project or of the whole organisation, live, by name. `filter` is read reactively. */
export class SeriesWall {
  readonly pages: PagedList<Series>;
  /** What was heard since the last answered request: an overtaken answer does not bring back what is old. */
  #heard = $state.raw<readonly Series[]>([]);
  readonly #filter: () => WallFilter;
  readonly series = $derived.by(() => {
    const { projectId, q } = this.#filter();
    const wanted = q.toLocaleLowerCase();
    return newestSeries(this.pages.items, this.#heard).filter(
      (one) =>
        (projectId === null || one.projectId === projectId) &&
        // What the server found may match by more than its name.
        (one.name.toLocaleLowerCase().includes(wanted) || this.pages.items.some(({ id }) => id === one.id)),
    );
  });

  constructor(filter: () => WallFilter) {
    this.#filter = filter;
    this.pages = new PagedList((cursor) => {
      const { projectId, q } = filter();
      return call(seriesEndpoints.list, { limit: 100, cursor, projectId: projectId ?? undefined, q: q || undefined });
    });
  }

  /** Listens until the returned clean-up is called. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('series.changed', (series) => this.put(series)),
      live.on('project.deleted', () => void this.refresh()),
      live.onreconnect(() => void this.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  load(): Promise<void> {
    return this.#renew(() => this.pages.load());
  }

  refresh(): Promise<void> {
    return this.#renew(() => this.pages.refresh());
  }

  /** Takes over a control chart as it is now. */
  put(series: Series): void {
    this.#heard = newestSeries(this.#heard, [series]);
  }

  async #renew(fetch: () => Promise<void>): Promise<void> {
    const before = untrack(() => this.#heard);
    await fetch();
    if (this.pages.problem === null) this.#heard = this.#heard.filter((one) => !before.includes(one));
  }
}
