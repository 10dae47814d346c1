import type { Problem } from '@cobench/shared/errors';
import type { Page } from '@cobench/shared/page';
import { untrack } from 'svelte';
import { problemOf } from './problem.ts';

/**
 * A list that is read page by page. `fetchPage` reads its own reactive inputs (search, project), so that an effect
 * calling `load()` runs again when they change; an answer that was overtaken by a newer request is dropped.
 */
export class PagedList<T extends { id: string }> {
  items = $state.raw<readonly T[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  /** Why the last request failed; the items that were there before stay. */
  problem = $state.raw<Problem | null>(null);
  loadingMore = $state(false);
  #nextCursor = $state<string | null>(null);
  #turn = 0;
  readonly #fetchPage: (cursor: string | undefined) => Promise<Page<T>>;
  readonly hasMore = $derived.by(() => this.#nextCursor !== null);
  readonly empty = $derived.by(() => this.state === 'ready' && this.items.length === 0);

  constructor(fetchPage: (cursor: string | undefined) => Promise<Page<T>>) {
    this.#fetchPage = fetchPage;
  }

  /** Reads the first page and shows the list as loading until it is there. */
  async load(): Promise<void> {
    this.state = 'loading';
    await this.#first();
  }

  /** Reads the first page again, quietly: what is shown stays until the answer is there. */
  async refresh(): Promise<void> {
    await this.#first();
  }

  /** Appends the next page. */
  async more(): Promise<void> {
    const cursor = this.#nextCursor;
    if (cursor === null || this.loadingMore) return;
    const turn = this.#turn;
    this.loadingMore = true;
    try {
      const page = await this.#fetchPage(cursor);
      if (turn !== this.#turn) return;
      const known = this.items;
      this.items = [...known, ...page.items.filter(({ id }) => !known.some((item) => item.id === id))];
      this.#nextCursor = page.nextCursor;
      this.problem = null;
    } catch (error) {
      const problem = problemOf(error);
      if (turn === this.#turn) this.problem = problem;
    } finally {
      this.loadingMore = false;
    }
  }

  /** Shows a record as it is now: in its place, or first when it was not in the list. */
  put(item: T): void {
    const known = this.items.some(({ id }) => id === item.id);
    this.items = known ? this.items.map((old) => (old.id === item.id ? item : old)) : [item, ...this.items];
  }

  /** Shows a record as it is now if the list holds it. */
  replace(item: T): void {
    if (this.items.some(({ id }) => id === item.id)) this.put(item);
  }

  /** Shows a record as it is now, first in the list. */
  toTop(item: T): void {
    this.items = [item, ...this.items.filter(({ id }) => id !== item.id)];
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  async #first(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const page = await this.#fetchPage(undefined);
      if (turn !== this.#turn) return;
      this.items = page.items;
      this.#nextCursor = page.nextCursor;
      this.problem = null;
      this.state = 'ready';
    } catch (error) {
      const problem = problemOf(error);
      if (turn !== this.#turn) return;
      this.problem = problem;
      if (untrack(() => this.state) === 'loading') this.state = 'failed';
    }
  }
}
