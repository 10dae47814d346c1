import type { Page } from '@cobench/shared/page';
import type { Alert } from '@cobench/shared/series/alert';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Trail } from '../audit/index.ts';
import type { AlertQuery, SpcRepo } from './series.repo.ts';

type Deps = { repo: SpcRepo; trail: Trail; events: DomainEvents; clock: Clock };
export type AlertService = ReturnType<typeof alertService>;

export function alertService({ repo, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.alerts.find(orgId, id);

  return {
    async list(actor: Actor, query: AlertQuery): Promise<Page<Alert>> {
      await authorize(actor, 'alert.read');
      return repo.alerts.list(actor, query);
    },

    /** The first to acknowledge is the one recorded; whoever comes after gets what is stored. */
    async acknowledge(actor: Actor, { id, comment }: { id: string; comment: string }): Promise<Alert> {
      const { orgId } = actor;
      const found = await authorize(actor, 'alert.acknowledge', find(id));
      const how = { at: clock(), by: actor.personId, byName: actor.name, comment };
      const changed = await trail.record(actor, 'alert.acknowledge', {
        before: found,
        change: () => repo.acknowledge(orgId, found, how),
        told: ({ alert }) => alert,
        reason: comment,
      });
      if (!changed) return authorize(actor, 'alert.acknowledge', find(id));
      await Promise.all([
        events.publish({ type: 'alert.changed', orgId, alert: changed.alert }),
        events.publish({ type: 'series.changed', orgId, series: changed.series }),
      ]);
      return changed.alert;
    },
  };
}
