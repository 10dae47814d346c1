import { hasEnded, runStates } from '@cobench/shared/runs/life-cycle';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import type { Page } from '@cobench/shared/page';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { belongs, newestRuns, type BoardFilter } from './board-runs.ts';

/**
 * The runs of a project or of the whole organisation, live: all that have not ended, and the newest of the others page
 * by page. `filter` is reactive: an effect that calls `load()` fetches again when it changes.
 */
export class RunBoard {
  readonly pages: PagedList<Run>;
  /** What to read out to people who do not see the board: the last run that was created or changed its state. */
  announcement = $state('');
  /** What was heard since the last answered request: an overtaken answer does not bring back what is old. */
  #heard = $state.raw<readonly Run[]>([]);
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;
  readonly #filter: () => BoardFilter;
  readonly runs = $derived.by(() => {
    const filter = this.#filter();
    return newestRuns(this.pages.items, this.#heard).filter((run) => belongs(run, filter));
  });

  constructor({ live, filter }: { live: Pick<Live, 'on' | 'onreconnect'>; filter: () => BoardFilter }) {
    this.#live = live;
    this.#filter = filter;
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

  /** Takes over a run as it is now. */
  put(run: Run): void {
    const known = this.runs.find(({ id }) => id === run.id);
    if (known?.state !== run.state) this.announcement = `${run.name}: ${run.state}`;
    this.#heard = newestRuns(this.#heard, [run]);
  }

  async #renew(fetch: () => Promise<void>): Promise<void> {
    const before = untrack(() => this.#heard);
    await fetch();
    if (this.pages.problem === null) this.#heard = this.#heard.filter((run) => !before.includes(run));
  }

  async #fetchPage(cursor: string | undefined): Promise<Page<Run>> {
    const { projectId, state, q } = this.#filter();
    const query = { projectId: projectId ?? undefined, q: q === '' ? undefined : q };
    const page = call(runEndpoints.list, { ...query, state: state ?? undefined, limit: 50, cursor });
    if (cursor !== undefined || state !== null) return page;
    const active = runStates.filter((one) => !hasEnded(one));
    const [newest, ...others] = await Promise.all([
      page,
      ...active.map((one) => call(runEndpoints.list, { ...query, state: one, limit: 200 })),
    ]);
    return { items: [...newest.items, ...others.flatMap(({ items }) => items)], nextCursor: newest.nextCursor };
  }
}
