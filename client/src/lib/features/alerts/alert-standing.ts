import type { Alert } from '@cobench/shared/alerts/alert';
import { isActive } from '@cobench/shared/alerts/life-of-alert';

/** Whether it asks for somebody and nobody has acknowledged it. */
export const isUnseen = (alert: Pick<Alert, 'state' | 'snoozed' | 'withdrawn'>): boolean =>
  alert.state === 'open' && isActive(alert);
