import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Alert } from '@cobench/shared/alerts/alert';
import { stepsLeft } from '@cobench/shared/alerts/life-of-alert';
import type { Series } from '@cobench/shared/series/series';
import { authorize, type Actor } from '../../platform/access.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { NamedOwner } from './alert-owner.ts';
import type { AlertRepo } from './alert.repo.ts';
import type { AlertWriter } from './alert-writer.ts';
import { holdsBy } from './new-alert.ts';

type ById = { id: string };

/** What alerts need to know of the series they are about. Each call is safe within a transaction. */
export type SeriesOfAlerts = {
  find(orgId: string, id: string): Promise<(Pick<Series, 'pointCount'> & { plan: ActionPlan }) | null>;
  /**
   * Counts one open alert more, or one less: that one does not go on then, and its next signal opens another. Null where the
   * series is gone.
   */
  countAlert(orgId: string, id: string, to: { by: 1 | -1; alertId: string }): Promise<Series | null>;
};
type Deps = { repo: AlertRepo; writer: AlertWriter; series: SeriesOfAlerts; nameOwner: NamedOwner };

const hour = 3_600_000;
/** How many people may say that they know of one alert. */
const mostAcknowledgements = 100;

/** How people work on an alert: from acknowledging it to closing it, and opening it again. */
export function alertWork({ repo, writer, series, nameOwner }: Deps) {
  const { decide, find } = writer;

  async function planOf(orgId: string, { seriesId }: Alert): Promise<ActionPlan> {
    const found = await series.find(orgId, seriesId);
    if (!found) throw new Fault('resource.missing');
    return found.plan;
  }

  return {
    /** Of those who acknowledge at once all are kept, each person once; the first makes it acknowledged. */
    acknowledge: (actor: Actor, { id, comment }: ById & { comment: string }): Promise<Alert> =>
      decide(
        actor,
        { id, task: 'acknowledge', as: 'alert.acknowledge', reason: comment },
        async (seen, { at, note }) => {
          const { orgId, personId: byId, name: byName } = actor;
          const told = seen.acknowledgements;
          if (told.some((one) => one.byId === byId) || told.length >= mostAcknowledgements) return null;
          return repo.acknowledge(orgId, id, { by: { byId, byName, at, comment }, ...note('acknowledged', comment) });
        },
      ),

    /**
     * Begins to work on it by the plan of its series as it is now, or gives that work to somebody else.
     * @throws Fault `input.invalid` where the owner cannot do it, `edit.conflict` where it was seen otherwise
     */
    async act(
      actor: Actor,
      {
        id,
        ownerId,
        dueAt,
        revision,
      }: ById & { ownerId: string; dueAt?: string | null | undefined; revision?: number | undefined },
    ): Promise<Alert> {
      const { orgId } = actor;
      const { projectId } = await authorize(actor, 'alert.act', find(id));
      const ownerName = await nameOwner(orgId, { projectId, ownerId, field: 'ownerId' });
      return decide(actor, { id, task: 'act', as: 'alert.act' }, async (seen, { at, note }) => {
        if (revision !== undefined && revision !== seen.revision) throw new Fault('edit.conflict');
        if (seen.action) {
          const due = dueAt === undefined ? seen.action.dueAt : dueAt;
          return repo.assign(orgId, id, { ownerId, ownerName, dueAt: due, ...note('assigned', `To ${ownerName}.`) });
        }
        const { checklist, dueHours } = await planOf(orgId, seen);
        const byPlan = dueHours === null ? null : new Date(Date.parse(at) + dueHours * hour).toISOString();
        const action = {
          ownerId,
          ownerName,
          dueAt: dueAt === undefined ? byPlan : dueAt,
          startedAt: at,
          startedByName: actor.name,
          steps: checklist.map((step) => ({ ...step, done: null })),
        };
        return repo.begin(orgId, id, { action, ...note('started', `${ownerName} works on it.`) });
      });
    },

    /** Ticks a step or takes that back; where it is so already, nothing changes. */
    step: (
      actor: Actor,
      { id, step, done, note: words }: ById & { step: number; done: boolean; note: string },
    ): Promise<Alert> =>
      decide(actor, { id, task: 'step', as: 'alert.step', reason: words }, async (seen, { at, note }) => {
        const known = seen.action?.steps[step];
        if (!known) throw invalidField('step', 'The checklist has no such step.');
        if ((known.done !== null) === done) return null;
        const text = words === '' ? known.text : `${known.text}: ${words}`;
        return repo.tick(actor.orgId, id, {
          step,
          done: done ? { byName: actor.name, at, note: words } : null,
          ...note(done ? 'ticked' : 'unticked', text),
        });
      }),

    /** @throws Fault `edit.conflict` where it was seen otherwise, `state.conflict` where required steps are not done */
    close: (
      actor: Actor,
      { id, verdict, cause, comment, revision }: ById & Closing & { revision: number },
    ): Promise<Alert> =>
      decide(actor, { id, task: 'close', as: 'alert.close', reason: comment }, async (seen, { at, note }) => {
        const { orgId } = actor;
        if (seen.revision !== revision) throw new Fault('edit.conflict');
        if (verdict === 'cause') requireDone(seen, await planOf(orgId, seen));
        const counted = await series.countAlert(orgId, seen.seriesId, { by: -1, alertId: id });
        const closed = { at, byName: actor.name, verdict, cause, comment };
        const words = verdict === 'cause' ? `Cause: ${cause}` : 'A false alarm.';
        const alert = await repo.close(orgId, seen, { closed, ...note('closed', words) });
        if (!alert || !counted) throw new Fault('edit.conflict');
        return { alert, series: counted };
      }),

    /** Where work on it had begun it goes on as it was; otherwise it asks to be acknowledged anew. */
    reopen: (actor: Actor, { id, reason }: ById & { reason: string }): Promise<Alert> =>
      decide(actor, { id, task: 'reopen', as: 'alert.reopen', reason }, async (seen, { at, note }) => {
        const { orgId } = actor;
        const plan = await planOf(orgId, seen);
        const counted = await series.countAlert(orgId, seen.seriesId, { by: 1, alertId: id });
        const state = seen.action ? 'in-action' : 'open';
        const to = { state, holds: holdsBy(plan, seen), at: new Date(at), plan } as const;
        const alert = await repo.reopen(orgId, id, { ...to, ...note('reopened', reason) });
        if (!alert || !counted) throw new Fault('edit.conflict');
        return { alert, series: counted };
      }),
  };
}
type Closing = { verdict: 'cause' | 'false-alarm'; cause: string; comment: string };

/** @throws Fault `state.conflict` where required steps of the checklist, or of the plan where work never began, are not done */
function requireDone(alert: Alert, plan: ActionPlan): void {
  const left = alert.action ? stepsLeft(alert) : plan.checklist.filter(({ required }) => required);
  const [first] = left;
  if (!first) return;
  const more = left.length === 1 ? '' : ` and ${left.length - 1} more`;
  throw new Fault('state.conflict', { detail: `These steps have to be done first: ${first.text}${more}.` });
}
