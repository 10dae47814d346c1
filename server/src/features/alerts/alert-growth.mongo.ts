import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Connection } from 'mongoose';
import { manyRows } from '../../platform/mongo/many-rows.ts';
import type { AlertGrowth } from './alert-growth.repo.ts';
import { alertChanges, alertModel, alive, awake, toRecord, type AlertRow } from './alert-row.mongo.ts';
import { holdsBy } from './new-alert.ts';
import { escalatesAt } from './escalates-at.ts';

export function mongoAlertGrowth(connection: Connection): AlertGrowth {
  const model = alertModel(connection);
  const many = manyRows(connection, 'alerts');
  const change = alertChanges(model);

  return {
    async insert(orgId, opened, session) {
      if (opened.length === 0) return;
      const rows = opened.map(({ alert: { id, openedAt, ...alert }, plan }): AlertRow => {
        const unseenSince = new Date(openedAt);
        return {
          ...alert,
          ...awake,
          projectHidden: false,
          _id: id,
          orgId,
          openedAt: unseenSince,
          lastAt: new Date(alert.lastAt),
          unseenSince,
          escalateAt: escalatesAt(plan, { unseenSince, level: 0 }),
        };
      });
      await many.insert(rows, session);
    },

    async extend(orgId, { alertId, signals, lastIndex, lastAt, begins }, session) {
      const set = { ...begins, lastIndex, lastAt: new Date(lastAt) };
      const gone = await change({ orgId, _id: alertId, ...alive }, { set, inc: { signals } }, session);
      if (!gone?.snoozed?.untilChange) return gone;
      const act = {
        at: lastAt,
        byName: 'Cobench',
        act: 'woke',
        text: `Point ${lastIndex + 1} signalled again.`,
      } as const;
      return change({ orgId, _id: alertId }, { set: awake, act }, session);
    },

    withdraw: (orgId, id, { withdrawn, session }) =>
      change(
        { orgId, _id: id, withdrawn: null },
        {
          set: { withdrawn, holds: false },
          act: {
            at: withdrawn.at,
            byName: withdrawn.byName,
            act: 'withdrawn',
            text: `By version ${withdrawn.limitsVersion} of the limits its points do not signal.`,
          },
        },
        session,
      ),

    async restore(orgId, id, { plan, byName, at, session }) {
      const row = await model.findOne({ orgId, _id: id, withdrawn: { $ne: null } }, null, { session }).lean<AlertRow>();
      if (!row) return null;
      return change(
        { orgId, _id: id, withdrawn: { $ne: null } },
        {
          set: { withdrawn: null, holds: row.state !== 'closed' && holdsBy(plan, row), ...againOf(row, plan) },
          act: { at, byName, act: 'restored', text: 'Its points signal again.' },
        },
        session,
      );
    },

    async replan(orgId, seriesId, { plan, session }) {
      const of = { orgId, seriesId, ...alive };
      const untold = { ...of, state: 'open' } as const;
      // Whoever tells looks at the plan as it is then.
      await model.updateMany(untold, { $set: { escalateAt: new Date(0) } }, { session });
      const holding = { ...of, rule: { $in: plan.holdRules }, instrumentId: { $ne: null }, holds: false };
      const others = { ...of, rule: { $nin: plan.holdRules }, holds: true };
      const rows = await model
        .find({ $or: [holding, others], orgId }, { _id: 1, holds: 1 }, { session })
        .lean<AlertRow[]>();
      const changed = [];
      for (const { _id, holds } of rows) {
        const alert = await change({ orgId, _id }, { set: { holds: !holds } }, session);
        if (alert) changed.push(alert);
      }
      return changed;
    },

    async relabel(orgId, seriesId, { seriesName, unit, session }) {
      await model.updateMany({ orgId, seriesId }, { $set: { seriesName, unit } }, { session });
    },

    async since(orgId, seriesId, index) {
      const filter = { orgId, seriesId, lastIndex: { $gte: index } };
      return (await model.find(filter).sort({ firstIndex: 1, _id: 1 }).lean<AlertRow[]>()).map(toRecord);
    },
  };
}

/** Somebody else is told of it as before, where nobody has acknowledged it yet. */
const againOf = ({ state, unseenSince, escalation }: AlertRow, plan: ActionPlan) =>
  state === 'open' ? { escalateAt: escalatesAt(plan, { unseenSince, level: escalation }) } : {};
