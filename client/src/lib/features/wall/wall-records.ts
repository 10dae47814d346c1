import { wallKeepsEndedFor, type WallAlert, type WallRun } from '@cobench/shared/kiosks/wall';
import { hasEnded, type RunState } from '@cobench/shared/runs/life-cycle';

/** What has the newer copy of a record in the place of the older; a record that is new comes last. */
export function put<T extends { id: string }>(
  items: readonly T[],
  fresh: T,
  isOlder: (one: T, other: T) => boolean,
): T[] {
  const known = items.find(({ id }) => id === fresh.id);
  if (!known) return [...items, fresh];
  return isOlder(fresh, known) ? [...items] : items.map((item) => (item === known ? fresh : item));
}

/** What the server counts and notes only ever grows. */
export const isOlderRun = (one: WallRun, other: WallRun): boolean =>
  one.version < other.version || one.lastSeq < other.lastSeq || (one.heartbeatAt ?? '') < (other.heartbeatAt ?? '');

export const isOlderAlert = (one: WallAlert, other: WallAlert): boolean => one.version < other.version;

const order: readonly RunState[] = ['blocked', 'queued', 'pending'];

/** What runs, longest first; what waits, blocked first; and what ended lately, newest first. `now` in milliseconds. */
export function sorted(runs: readonly WallRun[], now: number) {
  return {
    running: runs.filter(({ state }) => state === 'running').toSorted(by(({ startedAt }) => startedAt ?? '')),
    waiting: runs
      .filter(({ state }) => order.includes(state))
      .toSorted(by((run) => `${order.indexOf(run.state)} ${run.createdAt}`)),
    ended: runs
      .filter(({ state, finishedAt }) => hasEnded(state) && Date.parse(finishedAt ?? '') > now - wallKeepsEndedFor)
      .toSorted(by(({ finishedAt }) => finishedAt ?? ''))
      .toReversed(),
  };
}

/** Open alerts, newest first. */
export const openAlerts = (alerts: readonly WallAlert[]): WallAlert[] =>
  alerts
    .filter(({ state, active }) => state === 'open' && active)
    .toSorted(by(({ openedAt }) => openedAt))
    .toReversed();

/** By a text; what is equal in it by id, so that nothing changes places by itself. */
function by<T extends { id: string }>(textOf: (item: T) => string) {
  return (a: T, b: T): number => compare(textOf(a), textOf(b)) || compare(a.id, b.id);
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
