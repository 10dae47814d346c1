import type { Alert } from '@cobench/shared/series/alert';

/** Alerts only ever grow and are only ever acknowledged, so of two copies of one the newer can be told. */
export const isNewer = (one: Alert, other: Alert): boolean =>
  stage(one) === stage(other) ? one.lastIndex > other.lastIndex : stage(one) > stage(other);

const stage = ({ state }: Alert) => (state === 'acknowledged' ? 1 : 0);

/** Each alert once, as it is newest, newest first. */
export function newestAlerts(fetched: readonly Alert[], heard: readonly Alert[]): Alert[] {
  const byId = new Map<string, Alert>();
  for (const alert of [...fetched, ...heard]) {
    const known = byId.get(alert.id);
    if (known === undefined || isNewer(alert, known)) byId.set(alert.id, alert);
  }
  return [...byId.values()].toSorted((a, b) =>
    a.openedAt === b.openedAt ? (a.id < b.id ? 1 : -1) : a.openedAt < b.openedAt ? 1 : -1,
  );
}
