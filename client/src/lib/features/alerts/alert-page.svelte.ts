import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** One alert: fetched once, then as it is changed by anybody. */
export class AlertPage {
  alert = $state.raw<Alert | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** It does not exist, may not be seen, or its address is no address of an alert. */
  readonly missing = $derived.by(() => isMissing(this.problem));
  readonly id: string;
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;

  constructor(id: string, live: Pick<Live, 'on' | 'onreconnect'>) {
    this.id = id;
    this.#live = live;
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('alert.changed', (alert) => {
        if (alert.id === this.id) this.put(alert);
      }),
      this.#live.on('project.deleted', ({ id }) => {
        if (id === this.alert?.projectId) void this.load();
      }),
      this.#live.onreconnect(() => void this.load()),
    ];
    void this.load();
    return () => offs.forEach((off) => off());
  }

  /** Fetches it anew, quietly; also what “try again” does. */
  async load(): Promise<void> {
    try {
      this.put(await call(alertEndpoints.get, { id: this.id }));
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Takes over the alert as it is now, unless a newer copy is known. */
  put(alert: Alert): void {
    if (this.alert === null || alert.version >= this.alert.version) this.alert = alert;
  }
}
