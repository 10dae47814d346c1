import type { Alert } from '@cobench/shared/alerts/alert';

/** Each alert once, as it is newest, newest first. */
export function newestAlerts(fetched: readonly Alert[], heard: readonly Alert[]): Alert[] {
  const byId = new Map<string, Alert>();
  for (const alert of [...fetched, ...heard]) {
    const known = byId.get(alert.id);
    if (known === undefined || alert.version >= known.version) byId.set(alert.id, alert);
  }
  return [...byId.values()].toSorted((a, b) =>
    a.openedAt === b.openedAt ? (a.id < b.id ? 1 : -1) : a.openedAt < b.openedAt ? 1 : -1,
  );
}
