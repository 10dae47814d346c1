import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { isActive } from '@cobench/shared/alerts/life-of-alert';
import { createContext } from 'svelte';
import { call } from '#lib/api/call.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { AlertFeed } from './alert-feed.svelte.ts';
import { isUnseen } from './alert-standing.ts';

type Parts = {
  live: Pick<Live, 'on' | 'onreconnect'>;
  /** Is told of each alert that begins to ask for somebody while this page is open. */
  onarrived?: (alert: Alert) => void;
};

/** The alerts of the organisation that ask for somebody, the same on every page. The root layout makes it once. */
export class Alerts {
  /** Those that opened while this page was open and that nobody has dismissed here; newest first. */
  arrived = $state.raw<readonly Alert[]>([]);
  readonly #live: Parts['live'];
  readonly #onarrived: (alert: Alert) => void;
  readonly #feed: AlertFeed;
  #asked = $state.raw<readonly Alert[]>([]);
  /** The alerts that somebody is about to acknowledge on this page, as they are now. */
  readonly asked = $derived.by(() => this.#asked.map((alert) => this.#feed.known(alert.id) ?? alert));
  /** All that ask for somebody, newest first. */
  readonly active = $derived.by(() => this.#feed.items);
  /** Those of them that nobody has acknowledged. */
  readonly unseen = $derived.by(() => this.active.filter(isUnseen));
  readonly state = $derived.by(() => this.#feed.state);
  readonly problem = $derived.by(() => this.#feed.problem);

  constructor({ live, onarrived = () => {} }: Parts) {
    this.#live = live;
    this.#onarrived = onarrived;
    this.#feed = new AlertFeed({ live, wanted: () => ({ query: { active: 'true' }, keep: isActive }) });
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

  /** Asks for the comment with which alerts are acknowledged; none when that is over. */
  ask(...alerts: readonly Alert[]): void {
    this.#asked = alerts;
  }

  /** Puts the banner away. */
  dismiss(): void {
    this.arrived = [];
  }

  /** Acknowledges for everybody. The answer names all who did; rejects with `ApiError`. */
  async acknowledge(alert: Alert, comment: string): Promise<Alert> {
    const known = await call(alertEndpoints.acknowledge, { id: alert.id, comment });
    this.put(known);
    return known;
  }

  /** Takes over an alert as an answer says that it is now. */
  put(alert: Alert): void {
    this.#welcome(alert);
    this.#feed.put(alert);
  }

  #welcome(alert: Alert): void {
    const known = this.#feed.known(alert.id);
    if (known !== undefined && known.version > alert.version) return;
    if (!isUnseen(alert)) this.arrived = this.arrived.filter(({ id }) => id !== alert.id);
    else if (isNews(alert, known)) this.#announce(alert);
    else this.arrived = this.arrived.map((old) => (old.id === alert.id ? alert : old));
  }

  #announce(alert: Alert): void {
    this.arrived = [alert, ...this.arrived.filter(({ id }) => id !== alert.id)];
    this.#onarrived(alert);
  }
}

/** It asks for somebody and did not before, or asks louder. */
const isNews = (alert: Alert, known: Alert | undefined): boolean =>
  known === undefined || !isUnseen(known) || alert.escalation > known.escalation;

export const [getAlerts, setAlerts] = createContext<Alerts>();
