import { alertEndpoints, type Alert } from '@cobench/shared/series/alert';
import { createContext } from 'svelte';
import { call } from '#lib/api/call.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { AlertFeed } from './alert-feed.svelte.ts';
import { isNewer } from './newest-alerts.ts';

/** The open alerts of the organisation, the same on every page. The root layout makes it once. */
export class Alerts {
  /** Those that opened while this page was open and that nobody has dismissed here; newest first. */
  arrived = $state.raw<readonly Alert[]>([]);
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;
  readonly #feed: AlertFeed;
  #asked = $state.raw<Alert | null>(null);
  /** The alert that somebody is about to acknowledge on this page, as it is now. */
  readonly asked = $derived.by(() => this.#asked && (this.#feed.known(this.#asked.id) ?? this.#asked));
  /** Newest first. */
  readonly open = $derived.by(() => this.#feed.items);
  readonly state = $derived.by(() => this.#feed.state);
  readonly problem = $derived.by(() => this.#feed.problem);

  constructor(live: Pick<Live, 'on' | 'onreconnect'>) {
    this.#live = live;
    this.#feed = new AlertFeed({
      live,
      wanted: () => ({ query: { state: 'open' }, keep: ({ state }) => state === 'open' }),
    });
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    // Before the feed takes it over: an alert that is not yet known is one that has just opened.
    const off = this.#live.on('alert.changed', (alert) => this.#welcome(alert));
    const forget = this.#live.on('session.projects', ({ lost }) => {
      this.arrived = this.arrived.filter(({ projectId }) => !lost.includes(projectId));
    });
    const leave = this.#feed.follow();
    return () => {
      off();
      forget();
      leave();
      this.arrived = [];
    };
  }

  load(): Promise<void> {
    return this.#feed.load();
  }

  /** Asks for the comment with which an alert is acknowledged; null when that is over. */
  ask(alert: Alert | null): void {
    this.#asked = alert;
  }

  /** Puts the banner away. */
  dismiss(): void {
    this.arrived = [];
  }

  /** Acknowledges for everybody. The answer names who was first; rejects with `ApiError`. */
  async acknowledge(alert: Alert, comment: string): Promise<Alert> {
    const known = await call(alertEndpoints.acknowledge, { id: alert.id, comment });
    this.#welcome(known);
    this.#feed.put(known);
    return known;
  }

  #welcome(alert: Alert): void {
    const known = this.#feed.known(alert.id);
    if (known !== undefined && isNewer(known, alert)) return;
    if (alert.state === 'acknowledged') this.arrived = this.arrived.filter(({ id }) => id !== alert.id);
    else if (known === undefined) this.arrived = [alert, ...this.arrived];
    else this.arrived = this.arrived.map((old) => (old.id === alert.id ? alert : old));
  }
}

export const [getAlerts, setAlerts] = createContext<Alerts>();
