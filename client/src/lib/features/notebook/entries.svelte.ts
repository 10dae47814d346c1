import { notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import { matches, type PropertyFilter } from '@cobench/shared/notebook/property-keys';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** Which entries are listed; null means of all projects. */
export type EntryFilter = PropertyFilter & { projectId: string | null; search: string };

/** Entries, last edited first, kept current. `filter` is read reactively. */
export class Entries {
  readonly list: PagedList<Entry>;
  readonly #filter: () => EntryFilter;

  constructor(filter: () => EntryFilter, { pageSize = 50 }: { pageSize?: number } = {}) {
    this.#filter = filter;
    this.list = new PagedList((cursor) => {
      const { projectId, search, tags = [], field, is } = filter();
      return call(notebookEndpoints.list, {
        limit: pageSize,
        cursor,
        projectId: projectId ?? undefined,
        q: search || undefined,
        tags: tags.join(',') || undefined,
        field,
        is,
      });
    });
  }

  /** Keeps the list as others write. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('entry.changed', (entry) => this.#changed(entry)),
      live.on('entry.deleted', ({ id }) => this.list.remove(id)),
      live.on('project.deleted', () => void this.list.refresh()),
      live.onreconnect(() => void this.list.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  async remove(entry: Entry): Promise<void> {
    await call(notebookEndpoints.remove, { id: entry.id });
    this.list.remove(entry.id);
  }

  async restore(entry: Entry): Promise<void> {
    await call(notebookEndpoints.restore, { id: entry.id });
    await this.list.refresh();
  }

  /**
   * Whoever typed last stands first; while one searches, only what was found is kept up to date. What no longer has the
   * tag or value that is looked up goes.
   */
  #changed(entry: Entry): void {
    const { projectId, search, ...properties } = this.#filter();
    if (!matches(entry, properties)) return this.list.remove(entry.id);
    if (search !== '') return this.list.replace(entry);
    if (projectId !== null && entry.projectId !== projectId) return;
    this.list.toTop(entry);
  }
}
