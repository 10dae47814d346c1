import type { Alert } from '@cobench/shared/alerts/alert';
import type { ClientSession, Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { mongoAlertGrowth, type Extension } from '../alerts/index.ts';
import { mongoLimits } from './limits.mongo.ts';
import { mongoPoints } from './point.mongo.ts';
import type { SpcRepo } from './series.repo.ts';
import { mongoSeries } from './series.mongo.ts';

/**
 * Series, points, limits and alerts, and what changes them together. In each change the series
 * come first: their version is the lock, and nobody waits for two records in the other order.
 */
export function mongoSpc(connection: Connection): SpcRepo {
  const series = mongoSeries(connection);
  const points = mongoPoints(connection);
  const limits = mongoLimits(connection);
  const alerts = mongoAlertGrowth(connection);

  async function extendAll(orgId: string, extended: readonly Extension[], session: ClientSession): Promise<Alert[]> {
    const changed: Alert[] = [];
    for (const extension of extended) {
      const alert = await alerts.extend(orgId, extension, session);
      if (alert) changed.push(alert);
    }
    return changed;
  }

  return {
    series,
    points,
    limits,
    alerts,

    create: (orgId, chart, { createdBy, version }) =>
      inTransaction(connection, async (session) => {
        const made = await series.insert(orgId, chart, { createdBy });
        await limits.insert(orgId, [version], session);
        return made;
      }),

    async grow(orgId, grown) {
      const each = grown.map(({ growth }) => ({ growth, of: { orgId, seriesId: growth.to.series.id } }));
      const fresh = each.flatMap(({ of, growth }) => growth.points.map((point) => ({ ...of, point })));
      try {
        const changed = await inTransaction(connection, async (session) => {
          if ((await series.advance(orgId, grown, session)) < grown.length) throw new Overtaken();
          await points.insert(fresh, session);
          await points.keep(
            each.flatMap(({ of, growth }) => growth.checkpoints.map((checkpoint) => ({ ...of, checkpoint }))),
            session,
          );
          await limits.insert(
            orgId,
            grown.flatMap(({ growth }) => growth.versions),
            session,
          );
          const opened = grown.flatMap(({ growth: { opened: some, to } }) =>
            some.map((alert) => ({ alert, plan: to.series.plan })),
          );
          await alerts.insert(orgId, opened, session);
          const extended = grown.flatMap(({ growth }) => growth.extended);
          return [...opened.map(({ alert }) => alert), ...(await extendAll(orgId, extended, session))];
        });
        points.packLater(fresh);
        return changed;
      } catch (error) {
        if (error instanceof Overtaken || isDuplicateKey(error)) return null;
        throw error;
      }
    },

    edit: (orgId, id, to) =>
      inTransaction(connection, async (session) => {
        const edited = await series.edit(orgId, id, to, session);
        if (!edited) return null;
        const { plan, name, unit } = to;
        if (name !== undefined || unit !== undefined) {
          await alerts.relabel(orgId, id, { seriesName: edited.name, unit: edited.unit, session });
        }
        return { series: edited, alerts: plan ? await alerts.replan(orgId, id, { plan, session }) : [] };
      }),

    revise: (orgId, chart, { to, exclusions, checkpoints, versions, replaced, ...rest }) =>
      inTransaction(connection, async (session) => {
        const of = { orgId, seriesId: chart.series.id };
        const revised = await series.revise(orgId, chart, { chart: to, session });
        if (!revised) return null;
        for (const exclusion of exclusions) await points.exclude(of, exclusion, session);
        await points.forget(of, replaced, session);
        await points.keep(
          checkpoints.map((checkpoint) => ({ ...of, checkpoint })),
          session,
        );
        await limits.insert(orgId, versions, session);
        const { opened, extended, withdrawn, restored, by } = rest;
        const { plan } = revised;
        await alerts.insert(
          orgId,
          opened.map((alert) => ({ alert, plan })),
          session,
        );
        const changed = [...opened];
        for (const id of withdrawn) {
          const alert = await alerts.withdraw(orgId, id, { withdrawn: by, session });
          if (alert) changed.push(alert);
        }
        for (const id of restored) {
          const alert = await alerts.restore(orgId, id, { plan, byName: by.byName, at: by.at, session });
          if (alert) changed.push(alert);
        }
        // Those that are back may have gone on, too.
        changed.push(...(await extendAll(orgId, extended, session)));
        return { series: revised, alerts: changed };
      }),
  };
}

/** Another process has changed one of the series meanwhile: nothing is stored. */
class Overtaken extends Error {}
