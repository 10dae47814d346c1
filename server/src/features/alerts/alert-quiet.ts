import type { Alert } from '@cobench/shared/alerts/alert';
import type { DomainEvents } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { AlertRepo } from './alert.repo.ts';
import type { AlertWriter } from './alert-writer.ts';
import type { SeriesOfAlerts } from './alert-work.ts';

type ById = { id: string };
type Deps = { repo: AlertRepo; writer: AlertWriter; series: SeriesOfAlerts; events: DomainEvents; clock: Clock };

const longestSnooze = 30 * 86_400_000;
/** How many are looked at before the next query. */
const batch = 100;
/** For so long (milliseconds) another process may have snoozed one that is not known here. */
const goodFor = 1000;

/** Alerts that keep quiet for a while: by a person's word, and until what that person named. */
export function alertQuiet({ repo, writer, series, events, clock }: Deps) {
  const { decide, write } = writer;
  /** By organisation, when it was found last that none of its alerts awaits a point. */
  const noneSeenAt = new Map<string, number>();

  events.on('alert.changed', ({ orgId, alert: { snoozed } }) => {
    if ((snoozed?.untilIndex ?? null) !== null) noneSeenAt.delete(orgId);
  });

  /** Wakes it up unless somebody, or another process, has done so meanwhile. */
  async function wakeUp(orgId: string, { id, snoozed }: Alert, text: string): Promise<void> {
    const cobench = { orgId, outside: 'system', name: 'Cobench' } as const;
    const at = clock().toISOString();
    await write(cobench, { id, as: 'alert.wake' }, async (seen) =>
      seen.snoozed?.at === snoozed?.at
        ? repo.wake(orgId, seen, { act: { at, byName: 'Cobench', act: 'woke', text } })
        : null,
    ).catch(unlessMissing);
  }

  async function wakeReached(orgId: string, pointCounts: ReadonlyMap<string, number>): Promise<void> {
    const now = performance.now();
    const awaiting = await repo.awaitingPoint(orgId);
    if (awaiting.length === 0) noneSeenAt.set(orgId, now);
    for (const alert of awaiting) {
      const untilIndex = alert.snoozed?.untilIndex ?? null;
      const isThere = untilIndex !== null && untilIndex < (pointCounts.get(alert.seriesId) ?? 0);
      if (isThere) await wakeUp(orgId, alert, `Point ${untilIndex + 1} is there.`);
    }
  }

  /** The series of an organisation that have grown and are not looked at yet: those of one turn are looked at together. */
  const grown = new Map<string, { pointCounts: Map<string, number>; looked: Promise<void> }>();

  function lookSoon(orgId: string): { pointCounts: Map<string, number>; looked: Promise<void> } {
    const pointCounts = new Map<string, number>();
    const looked = Promise.resolve().then(() => {
      grown.delete(orgId);
      return wakeReached(orgId, pointCounts);
    });
    grown.set(orgId, { pointCounts, looked });
    return { pointCounts, looked };
  }

  events.on('series.changed', async ({ orgId, series: { id, openAlerts, pointCount } }) => {
    if (openAlerts === 0 || performance.now() - (noneSeenAt.get(orgId) ?? -Infinity) < goodFor) return;
    const { pointCounts, looked } = grown.get(orgId) ?? lookSoon(orgId);
    pointCounts.set(id, Math.max(pointCount, pointCounts.get(id) ?? 0));
    await looked;
  });

  return {
    /** @throws Fault `input.invalid` where the time is over or too far ahead */
    snooze: (actor: Actor, { id, until, points, untilChange, reason }: ById & Quiet): Promise<Alert> =>
      decide(actor, { id, task: 'snooze', as: 'alert.snooze', reason }, async (seen, { at, note }) => {
        const { orgId, name: byName } = actor;
        const ahead = until === null ? 1 : Date.parse(until) - Date.parse(at);
        if (ahead <= 0) throw invalidField('until', 'This time is over.');
        if (ahead > longestSnooze) throw invalidField('until', 'At most 30 days ahead.');
        const known = await series.find(orgId, seen.seriesId);
        if (!known) throw new Fault('resource.missing');
        const untilIndex = points === null ? null : known.pointCount - 1 + points;
        const snoozed = { until, untilIndex, untilChange, byName, at, reason };
        return repo.snooze(orgId, id, { snoozed, ...note('snoozed', reason) });
      }),

    wake: (actor: Actor, { id }: ById): Promise<Alert> =>
      decide(actor, { id, task: 'wake', as: 'alert.wake' }, (seen, { note }) =>
        repo.wake(actor.orgId, seen, note('woke', '')),
      ),

    /** Wakes up all whose time has come, and those whose point came while no process could see to it. */
    async wakeAll(): Promise<void> {
      for (;;) {
        const due = await repo.awake(clock(), batch);
        for (const { orgId, alert } of due) await wakeUp(orgId, alert, 'Its time is over.');
        if (due.length < batch) break;
      }
      for (const [orgId, awaited] of Map.groupBy(await repo.awaited(), (one) => one.orgId)) {
        const pointCounts = new Map<string, number>();
        for (const { seriesId } of awaited) {
          pointCounts.set(seriesId, (await series.find(orgId, seriesId))?.pointCount ?? 0);
        }
        await wakeReached(orgId, pointCounts);
      }
    },
  };
}
type Quiet = { until: string | null; points: number | null; untilChange: boolean; reason: string };

/** The project of the alert was deleted meanwhile. */
function unlessMissing(error: unknown): null {
  if (error instanceof Fault && error.code === 'resource.missing') return null;
  throw error;
}
