import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import type { Problem } from '@cobench/shared/errors';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { newestAlerts } from './newest-alerts.ts';

/** Which alerts are wanted: what the server is asked for, and what is kept of what it tells. */
export type Wanted = {
  query: { active?: 'true'; seriesId?: string; runId?: string };
  keep: (alert: Alert) => boolean;
};

/** A list is read to its end, but no further than this many alerts. */
const most = 2000;

/** A live list of alerts: fetched once, kept by `alert.changed`, fetched again whenever the connection comes back. */
export class AlertFeed {
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state.raw<Problem | null>(null);
  #fetched = $state.raw<readonly Alert[]>([]);
  /** What was heard since the last answered request was sent: an overtaken answer does not bring back what is old. */
  #heard = $state.raw<readonly Alert[]>([]);
  #turn = 0;
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;
  readonly #wanted: () => Wanted;
  readonly #known = $derived.by(() => newestAlerts(this.#fetched, this.#heard));
  readonly items = $derived.by(() => this.#known.filter(this.#wanted().keep));

  constructor({ live, wanted }: { live: Pick<Live, 'on' | 'onreconnect'>; wanted: () => Wanted }) {
    this.#live = live;
    this.#wanted = wanted;
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('alert.changed', (alert) => this.put(alert)),
      this.#live.onreconnect(() => void this.load()),
    ];
    void this.load();
    return () => {
      this.#turn++;
      for (const off of offs) off();
    };
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    const heardBefore = untrack(() => this.#heard);
    try {
      const fetched = await this.#fetchAll();
      if (turn !== this.#turn) return;
      this.#fetched = fetched;
      this.#heard = this.#heard.filter((alert) => !heardBefore.includes(alert));
      this.problem = null;
      this.state = 'ready';
    } catch (error) {
      const problem = problemOf(error);
      if (turn !== this.#turn) return;
      this.problem = problem;
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  /** The newest copy of an alert that was fetched or heard, also where it is not kept. */
  known(id: string): Alert | undefined {
    return this.#known.find((alert) => alert.id === id);
  }

  /** Takes over an alert as it is now, unless a newer copy is known. */
  put(alert: Alert): void {
    this.#heard = newestAlerts(this.#heard, [alert]);
  }

  async #fetchAll(): Promise<Alert[]> {
    const { query } = this.#wanted();
    const items: Alert[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(alertEndpoints.list, { ...query, limit: 200, cursor });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && items.length < most);
    return items;
  }
}
