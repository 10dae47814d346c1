import type { AlertQuery } from '@cobench/shared/alerts/endpoints';
import { alertStates, type Alert } from '@cobench/shared/alerts/alert';
import type { Connection, QueryFilter } from 'mongoose';
import { inSight } from '../../platform/mongo/in-sight.ts';
import { everyOrganisation } from '../../platform/mongo/org-scope.ts';
import { containing, findPage } from '../../platform/mongo/page.ts';
import { alertChanges, alertModel, alive, awake, toRecord, visible, type AlertRow } from './alert-row.mongo.ts';
import type { AlertRepo } from './alert.repo.ts';
import { escalatesAt } from './escalates-at.ts';

export function mongoAlerts(connection: Connection): AlertRepo {
  const model = alertModel(connection);
  const change = alertChanges(model);
  const wakingBy = (wakes: boolean | undefined) => (wakes ? awake : {});
  const oldest = async (filter: QueryFilter<AlertRow>): Promise<Alert[]> =>
    (await model.find(filter).sort({ openedAt: 1, _id: 1 }).lean<AlertRow[]>()).map(toRecord);

  return {
    async list(scope, { limit, cursor, ...query }) {
      const filter = { ...inSight(scope, query.projectId), ...visible, ...chosenBy(query) };
      const page = await findPage(model, filter, { by: 'openedAt', descending: true }, { limit, cursor });
      return { ...page, items: page.items.map(toRecord) };
    },
    async find(orgId, id) {
      const row = await model.findOne({ orgId, _id: id, ...visible }).lean<AlertRow>();
      return row && toRecord(row);
    },
    async hideProject(orgId, projectId, hidden) {
      await model.updateMany({ orgId, projectId, projectHidden: !hidden }, { $set: { projectHidden: hidden } });
    },

    async acknowledge(orgId, id, { by, act, wakes }) {
      const push = { acknowledgements: by };
      const first = { orgId, _id: id, withdrawn: null, state: 'open' } as const;
      const later = { orgId, _id: id, ...alive, 'acknowledgements.byId': { $ne: by.byId } } as const;
      const set = { state: 'acknowledged', escalateAt: null, ...wakingBy(wakes) };
      return (await change(first, { set, push, act })) ?? (await change(later, { push, act }));
    },
    begin: (orgId, id, { action, act, wakes }) =>
      change(
        { orgId, _id: id, ...alive, action: null },
        { set: { state: 'in-action', action, escalateAt: null, ...wakingBy(wakes) }, act, revises: true },
      ),
    assign: (orgId, id, { ownerId, ownerName, dueAt, act }) =>
      change(
        { orgId, _id: id, withdrawn: null, state: 'in-action' },
        {
          set: { 'action.ownerId': ownerId, 'action.ownerName': ownerName, 'action.dueAt': dueAt },
          act,
          revises: true,
        },
      ),
    tick(orgId, id, { step, done, act }) {
      const at = `action.steps.${step}`;
      // Whether there is a time says it: to a store that reads 0 as a name too, every step is without something.
      const undone = { [`${at}.text`]: { $exists: true }, [`${at}.done.at`]: { $exists: done === null } };
      const filter = { orgId, _id: id, withdrawn: null, state: 'in-action', ...undone } as const;
      return change(filter, { set: { [`${at}.done`]: done }, act, revises: true });
    },
    close: (orgId, { id, revision }, { closed, act }) =>
      change(
        { orgId, _id: id, ...alive, revision },
        { set: { state: 'closed', closed, holds: false, escalateAt: null, ...awake }, act, revises: true },
      ),
    reopen(orgId, id, { state, holds, at, plan, act }) {
      const unseen = { acknowledgements: [], unseenSince: at, escalation: 0, escalatedAt: null };
      const escalateAt = escalatesAt(plan, { unseenSince: at, level: 0 });
      const set = { state, holds, closed: null, ...(state === 'open' && { ...unseen, escalateAt }) };
      const filter = { orgId, _id: id, withdrawn: null, state: 'closed' } as const;
      return change(filter, { set, inc: { reopenings: 1 }, act, revises: true });
    },
    snooze(orgId, id, { snoozed, act }) {
      const wakeAt = snoozed.until === null ? null : new Date(snoozed.until);
      return change({ orgId, _id: id, ...alive }, { set: { snoozed, wakeAt, wakeIndex: snoozed.untilIndex }, act });
    },
    wake: (orgId, { id, snoozed }, { act }) =>
      change({ orgId, _id: id, 'snoozed.at': snoozed?.at ?? '' }, { set: awake, act }),

    async awake(now, limit) {
      const filter = { orgId: everyOrganisation, wakeAt: { $lte: now }, ...visible };
      const rows = await model.find(filter).sort({ wakeAt: 1 }).limit(limit).lean<AlertRow[]>();
      return rows.map((row) => ({ orgId: row.orgId, alert: toRecord(row) }));
    },
    awaitingPoint: (orgId) => oldest({ orgId, wakeIndex: { $gte: 0 }, ...visible }),
    async awaited() {
      const filter = { orgId: everyOrganisation, wakeIndex: { $gte: 0 }, ...visible };
      const rows = await model.find(filter, { orgId: 1, seriesId: 1 }).lean<AlertRow[]>();
      return [...new Map(rows.map(({ orgId, seriesId }) => [seriesId, { orgId, seriesId }])).values()];
    },

    async overdue(now, limit) {
      const filter = { orgId: everyOrganisation, escalateAt: { $lte: now }, ...untold };
      const rows = await model.find(filter).sort({ escalateAt: 1 }).limit(limit).lean<AlertRow[]>();
      return rows.flatMap(({ _id: id, orgId, seriesId, escalation, unseenSince, escalateAt }) =>
        escalateAt === null ? [] : [{ id, orgId, seriesId, escalation, unseenSince, escalateAt }],
      );
    },
    escalate: ({ orgId, id, escalateAt: was }, { level, at, escalateAt, act }) =>
      change(
        { orgId, _id: id, ...untold, escalateAt: was },
        { set: { escalation: level, escalatedAt: at, escalateAt }, act },
      ),
    async lookAgain({ orgId, id, escalateAt: was }, escalateAt) {
      await model.updateOne({ orgId, _id: id, escalateAt: was }, { $set: { escalateAt } });
    },

    holding: (orgId, instrumentId) => oldest({ orgId, instrumentId, holds: true, ...alive, ...visible }),
  };
}

/** What asks for somebody now. Named by its states, which an index knows: most alerts are closed. */
const asking: QueryFilter<AlertRow> = {
  state: { $in: alertStates.filter((state) => state !== 'closed') },
  withdrawn: null,
  snoozed: null,
};

/** What nobody has acknowledged, and what asks for that. */
const untold = { state: 'open', withdrawn: null, snoozed: null, ...visible } as const;

/** What a search looks into. */
const searched = ['seriesName', 'rule', 'ruleTitle', 'runName'] as const;

function chosenBy({ state, seriesId, runId, instrumentId, ownerId, active, snoozed, q }: Partial<AlertQuery>) {
  const quiet: QueryFilter<AlertRow>[] = [
    { state: 'closed' },
    { withdrawn: { $ne: null } },
    { snoozed: { $ne: null } },
  ];
  const filters: QueryFilter<AlertRow>[] = [];
  if (active !== undefined) filters.push(active ? asking : { $or: quiet });
  if (q) filters.push({ $or: searched.map((field) => ({ [field]: containing(q) })) });
  if (snoozed !== undefined) filters.push({ snoozed: snoozed ? { $ne: null } : null });
  return {
    ...(state && { state: { $in: state } }),
    ...(seriesId && { seriesId }),
    ...(runId && { runId }),
    ...(instrumentId && { instrumentId }),
    ...(ownerId && { 'action.ownerId': ownerId }),
    ...(filters.length > 0 && { $and: filters }),
  };
}
