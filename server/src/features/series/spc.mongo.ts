import type { Connection } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { mongoAlerts } from './alert.mongo.ts';
import { mongoPoints } from './point.mongo.ts';
import type { SpcRepo } from './series.repo.ts';
import { mongoSeries } from './series.mongo.ts';

/**
 * Series, points and alerts, and what changes them together. In each change the series
 * comes first: its version is the lock, and nobody waits for two records in the other order.
 */
export function mongoSpc(connection: Connection): SpcRepo {
  const series = mongoSeries(connection);
  const points = mongoPoints(connection);
  const alerts = mongoAlerts(connection);

  return {
    series,
    points,
    alerts,
    async grow(orgId, chart, growth) {
      try {
        return await inTransaction(connection, async (session) => {
          const grown = await series.advance(orgId, chart, { growth, session });
          if (!grown) return null;
          await points.insert(orgId, grown.id, { points: growth.points, session });
          await alerts.insert(orgId, growth.opened, session);
          const changed = [...growth.opened];
          // One transaction takes one command at a time; there are at most as many as the series has rules.
          for (const extension of growth.extended) {
            const alert = await alerts.extend(orgId, extension, session);
            if (alert) changed.push(alert);
          }
          return { series: grown, alerts: changed };
        });
      } catch (error) {
        if (isDuplicateKey(error)) return null;
        throw error;
      }
    },
    acknowledge: (orgId, { id, seriesId }, acknowledgement) =>
      inTransaction(connection, async (session) => {
        const changed = await series.closeAlert(orgId, seriesId, session);
        const alert = await alerts.acknowledge(orgId, id, { ...acknowledgement, session });
        if (changed && alert) return { series: changed, alert };
        await session.abortTransaction();
        return null;
      }),
  };
}
