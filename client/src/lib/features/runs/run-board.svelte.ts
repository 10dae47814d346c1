import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import type { Page } from '@cobench/shared/page';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { belongs, choiceOf, newestRuns, type BoardFilter } from './board-runs.ts';

type Parts = { live: Pick<Live, 'on' | 'onreconnect'>; filter: () => BoardFilter; pageSize?: number };

/**
 * The runs that a filter lets through, newest first and live: a table of them, or one column of a board. `filter` is
 * reactive: an effect that calls `load()` fetches again when it changes.
 */
export class RunBoard {
  readonly pages: PagedList<Run>;
  /** What to read out to people who do not see the board: the last run that came in. */
  announcement = $state('');
  /** What was heard since the last answered request: an overtaken answer does not bring back what is old. */
  #heard = $state.raw<readonly Run[]>([]);
  #asking = 0;
  readonly #live: Parts['live'];
  readonly #filter: () => BoardFilter;
  readonly #pageSize: number;
  readonly runs = $derived.by(() => {
    const filter = this.#filter();
    return newestRuns(this.pages.items, this.#heard).filter((run) => belongs(run, filter));
  });

  constructor({ live, filter, pageSize = 50 }: Parts) {
    this.#live = live;
    this.#filter = filter;
    this.#pageSize = pageSize;
    this.pages = new PagedList((cursor) => this.#fetchPage(cursor));
  }

  /** Listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('run.changed', (run) => this.put(run)),
      this.#live.on('project.deleted', () => void this.refresh()),
      this.#live.onreconnect(() => void this.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  load(): Promise<void> {
    return this.#renew(() => this.pages.load());
  }

  refresh(): Promise<void> {
    return this.#renew(() => this.pages.refresh());
  }

  more(): Promise<void> {
    return this.pages.more();
  }

  /** Takes over a run as it is now. */
  put(run: Run): void {
    const isShown = belongs(run, this.#filter());
    const known = this.runs.find(({ id }) => id === run.id);
    if (isShown && known?.state !== run.state) this.announcement = `${run.name}: ${run.state}`;
    // What has nothing to do with this list is remembered only while an answer may hold an older copy of it.
    const concerned = isShown || this.#asking > 0 || this.#knows(run.id);
    if (concerned) this.#heard = newestRuns(this.#heard, [run]);
  }

  #knows(id: string): boolean {
    return [...this.pages.items, ...this.#heard].some((run) => run.id === id);
  }

  async #renew(fetch: () => Promise<void>): Promise<void> {
    const before = untrack(() => this.#heard);
    await fetch();
    if (this.pages.problem === null) this.#heard = this.#heard.filter((run) => !before.includes(run));
  }

  async #fetchPage(cursor: string | undefined): Promise<Page<Run>> {
    const filter = this.#filter();
    const state = filter.states.length === 0 ? undefined : filter.states.join(',');
    this.#asking++;
    try {
      return await call(runEndpoints.list, { ...choiceOf(filter), state, limit: this.#pageSize, cursor });
    } finally {
      this.#asking--;
    }
  }
}
