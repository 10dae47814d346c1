import type { Alert, AlertAct } from '@cobench/shared/alerts/alert';
import { alertTasks, whyNot, type AlertTask } from '@cobench/shared/alerts/life-of-alert';
import type { AuditedAction } from '@cobench/shared/audit/actions';
import type { Series } from '@cobench/shared/series/series';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { AlertRepo, Noted } from './alert.repo.ts';

export type WriterDeps = { repo: AlertRepo; trail: Trail; events: DomainEvents; clock: Clock };

/** What a change makes of an alert, and of its series where that counts it otherwise now. */
export type Changed = { alert: Alert; series?: Series };

type Decision = { id: string; task: AlertTask; as: AuditedAction; reason?: string };
/** Writes a change; gets the alert as it is in this transaction. Null where there is nothing to change. */
type Change = (seen: Alert, by: { at: string; note: Note }) => Promise<Changed | Alert | null>;
/** What is added to the history of the alert. */
type Note = (act: AlertAct['act'], text: string) => Noted;

export type AlertWriter = ReturnType<typeof alertWriter>;

/**
 * The one way in which alerts change by what somebody decides: judged and written in one transaction with its entry in the
 * audit trail, then told.
 */
export function alertWriter({ repo, trail, events, clock }: WriterDeps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  async function tell(orgId: string, { alert, series }: Changed): Promise<void> {
    if (series) await events.publish({ type: 'series.changed', orgId, series });
    await events.publish({ type: 'alert.changed', orgId, alert });
  }

  /** Null where nothing was to be changed. @throws what `change` throws */
  async function write(
    doer: Doer,
    { id, as, reason = '' }: Omit<Decision, 'task'>,
    change: (seen: Alert) => Promise<Changed | Alert | null>,
  ): Promise<Alert | null> {
    const { orgId } = doer;
    let seen: Alert | null = null;
    const changed = await trail.record(doer, as, {
      before: async () => {
        seen = await repo.find(orgId, id);
        return seen && toldOf(seen);
      },
      change: async () => {
        if (!seen) throw new Fault('resource.missing');
        const to = await change(seen);
        return to && 'alert' in to ? to : to && { alert: to };
      },
      told: ({ alert }) => toldOf(alert),
      reason,
    });
    if (changed) await tell(orgId, changed);
    return changed?.alert ?? null;
  }

  return {
    find,
    tell,
    write,

    /**
     * Where nothing was to be changed, the alert as it is.
     * @throws Fault `resource.missing`, `access.denied`; `state.conflict` where its life does not allow it
     */
    async decide(actor: Actor, { task, ...decision }: Decision, change: Change): Promise<Alert> {
      const { id } = decision;
      await authorize(actor, alertTasks[task], find(id));
      const at = clock().toISOString();
      const changed = await write(actor, decision, (seen) => {
        const detail = whyNot(seen, task);
        if (detail !== null) throw new Fault('state.conflict', { detail });
        const wakes = seen.snoozed?.untilChange ?? false;
        const note: Note = (act, text) => ({ act: { at, byName: actor.name, act, text }, wakes });
        return change(seen, { at, note });
      });
      return changed ?? authorize(actor, 'alert.read', find(id));
    },
  };
}

/** What the audit trail tells of an alert: how it is dealt with. Its points are told by its series. */
const toldOf = ({
  id,
  seriesName,
  rule,
  firstIndex,
  acts: _acts,
  limits: _limits,
  version: _version,
  ...told
}: Alert) => ({
  ...told,
  id,
  rule,
  seriesName,
  firstIndex,
  name: `${rule} of ${seriesName} from point ${firstIndex + 1} on`,
});
