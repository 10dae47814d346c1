import type { Alert } from '@cobench/shared/alerts/alert';
import { createContext } from 'svelte';
import { headline } from './alert-words.ts';

const key = 'cobench.alert-notifications';

/** How it stands with notifications: the browser knows none, may not show them, was not asked, or they are on or off. */
export type NotificationState = 'unsupported' | 'refused' | 'off' | 'on';

/**
 * Notifications of this browser for alerts that open while the page is hidden. The browser is asked for its permission only
 * when somebody switches them on.
 */
export class AlertNotifications {
  #permission = $state<NotificationPermission | null>(permissionNow());
  #wanted = $state(localStorage.getItem(key) === 'on');
  readonly state = $derived.by((): NotificationState => {
    if (this.#permission === null) return 'unsupported';
    if (this.#permission === 'denied') return 'refused';
    return this.#wanted && this.#permission === 'granted' ? 'on' : 'off';
  });
  readonly #open: (alert: Alert) => void;

  /** `open` shows the alert that a notification was about. */
  constructor(open: (alert: Alert) => void) {
    this.#open = open;
  }

  /** Asks the browser where it was not asked before; to be called by a click. */
  async switchOn(): Promise<void> {
    if (this.#permission === null) return;
    this.#permission = await Notification.requestPermission();
    this.#want(this.#permission === 'granted');
  }

  switchOff(): void {
    this.#want(false);
  }

  /** People change what a page may do in the browser, too: takes over how it is now. */
  look(): void {
    this.#permission = permissionNow();
  }

  /** Follows what another tab chose. */
  adopt({ key: changed, newValue }: { key: string | null; newValue: string | null }): void {
    if (changed === key) this.#wanted = newValue === 'on';
  }

  /** Shows an alert outside of the page if nobody looks at it. */
  tell(alert: Alert): void {
    this.look();
    if (this.state !== 'on' || !document.hidden) return;
    // Several tabs tell of the same alert: by its tag it is one notification.
    const notification = new Notification(`${alert.seriesName} is out of control`, {
      body: headline(alert),
      tag: alert.id,
    });
    notification.addEventListener('click', () => {
      window.focus();
      this.#open(alert);
      notification.close();
    });
  }

  #want(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) localStorage.setItem(key, 'on');
    else localStorage.removeItem(key);
  }
}

/** Null where the browser has no notifications, as in an insecure page. */
function permissionNow(): NotificationPermission | null {
  return 'Notification' in globalThis ? Notification.permission : null;
}

export const [getAlertNotifications, setAlertNotifications] = createContext<AlertNotifications>();
