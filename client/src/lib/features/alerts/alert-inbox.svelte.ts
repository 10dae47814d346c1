import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import type { Page } from '@cobench/shared/page';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { belongs, queryOf, type InboxFilter } from './alert-filter.ts';
import { newestAlerts } from './newest-alerts.ts';

type Parts = { live: Pick<Live, 'on' | 'onreconnect'>; filter: () => InboxFilter };

/**
 * The alerts that a filter lets through, newest first and live. While somebody reads (`hold`) no line comes, goes or moves:
 * the lines show how their alerts are now, what came meanwhile waits (`waiting`), what does not belong any more stays (`settled`).
 */
export class AlertInbox {
  readonly pages: PagedList<Alert>;
  #heard = $state.raw<readonly Alert[]>([]);
  /** The ids of the lines, in order, while they may not move. */
  #held = $state.raw<readonly string[] | null>(null);
  readonly #live: Parts['live'];
  readonly #filter: () => InboxFilter;
  readonly #known = $derived.by(() => newestAlerts(this.pages.items, this.#heard));
  readonly #wanted = $derived.by(() => {
    const filter = this.#filter();
    return this.#known.filter((alert) => belongs(alert, filter));
  });
  readonly items = $derived.by((): readonly Alert[] => {
    const held = this.#held;
    if (held === null) return this.#wanted;
    return held.flatMap((id) => this.#known.filter((alert) => alert.id === id));
  });
  /** What came since the lines were held, newest first. */
  readonly waiting = $derived.by((): readonly Alert[] => {
    const held = this.#held;
    return held === null ? [] : this.#wanted.filter(({ id }) => !held.includes(id));
  });
  readonly #left = $derived.by(() => this.items.filter((alert) => !this.#wanted.includes(alert)).map(({ id }) => id));
  /** How many lines are of alerts that do not belong here any more. */
  readonly settled = $derived.by(() => this.#left.length);

  constructor({ live, filter }: Parts) {
    this.#live = live;
    this.#filter = filter;
    this.pages = new PagedList((cursor) => this.#fetchPage(cursor));
  }

  /** Listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('alert.changed', (alert) => this.put(alert)),
      this.#live.on('project.deleted', () => void this.refresh()),
      this.#live.onreconnect(() => void this.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  /** Reads it anew for another filter; reactive, for an effect. */
  load(): Promise<void> {
    this.#held = null;
    return this.#renew(() => this.pages.load());
  }

  refresh(): Promise<void> {
    return this.#renew(() => this.pages.refresh());
  }

  /** The next page; its lines come below those that are held. */
  async more(): Promise<void> {
    const before = this.pages.items.map(({ id }) => id);
    await this.pages.more();
    const [held, wanted] = [this.#held, this.#wanted.map(({ id }) => id)];
    if (held === null) return;
    const fresh = this.pages.items.map(({ id }) => id).filter((id) => !before.includes(id) && wanted.includes(id));
    this.#held = [...held, ...fresh.filter((id) => !held.includes(id))];
  }

  /** Whether the line of an alert only stays because lines are held. */
  isSettled(id: string): boolean {
    return this.#left.includes(id);
  }

  /** Keeps the lines where they are from now on. */
  hold(): void {
    untrack(() => (this.#held ??= this.#wanted.map(({ id }) => id)));
  }

  /** Lets the lines move: what waited comes in, what does not belong goes. */
  release(): void {
    this.#held = null;
  }

  /** What waits comes in and what does not belong goes, and from then on the lines stay again if they were held. */
  update(): void {
    if (this.#held !== null) this.#held = this.#wanted.map(({ id }) => id);
  }

  /** Takes over an alert as it is now. */
  put(alert: Alert): void {
    this.#heard = newestAlerts(this.#heard, [alert]);
  }

  async #renew(fetch: () => Promise<void>): Promise<void> {
    const before = untrack(() => this.#heard);
    await fetch();
    if (this.pages.problem === null) this.#heard = this.#heard.filter((alert) => !before.includes(alert));
  }

  #fetchPage(cursor: string | undefined): Promise<Page<Alert>> {
    return call(alertEndpoints.list, { ...queryOf(this.#filter()), limit: 200, cursor });
  }
}
