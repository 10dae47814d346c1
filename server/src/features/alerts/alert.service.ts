import type { Alert } from '@cobench/shared/alerts/alert';
import type { AlertQuery } from '@cobench/shared/alerts/endpoints';
import type { Page } from '@cobench/shared/page';
import { authorize, type Actor } from '../../platform/access.ts';
import { alertHolds, type HoldDeps } from './alert-holds.ts';
import { alertQuiet } from './alert-quiet.ts';
import { namingOwner, type PeopleOfAlerts } from './alert-owner.ts';
import { alertWork, type SeriesOfAlerts } from './alert-work.ts';
import { alertWriter, type WriterDeps } from './alert-writer.ts';
import { escalation, type EscalationDeps } from './escalation.ts';

type ById = { id: string };
type Deps = WriterDeps &
  Omit<EscalationDeps, 'writer' | 'people'> &
  HoldDeps & { series: SeriesOfAlerts; people: PeopleOfAlerts & EscalationDeps['people'] };
export type AlertService = ReturnType<typeof alertService>;

/** What becomes of the alerts that control charts raise. */
export function alertService(deps: Deps) {
  const { repo, events } = deps;
  const writer = alertWriter(deps);
  const nameOwner = namingOwner(deps.people);
  const { wakeAll, ...quiet } = alertQuiet({ ...deps, writer });
  const { escalateAll } = escalation({ ...deps, writer });

  events.on('project.deleted', ({ orgId, id }) => repo.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.hideProject(orgId, project.id, false));

  return {
    ...alertWork({ ...deps, writer, nameOwner }),
    nameOwner,
    ...quiet,
    ...alertHolds(deps),

    async list(actor: Actor, query: AlertQuery): Promise<Page<Alert>> {
      await authorize(actor, 'alert.read');
      return repo.list(actor, query);
    },

    /** @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: ById): Promise<Alert> => authorize(actor, 'alert.read', writer.find(id)),

    /** What time brings: to be called every few seconds, by as many processes as there are. */
    async passTime(): Promise<void> {
      await wakeAll();
      await escalateAll();
    },
  };
}
