import { setImmediate as breath } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import type { Trail } from '../audit/index.ts';
import type { RunLog } from './run.repo.ts';
import type { TelemetryRepo } from './telemetry.repo.ts';

/** An organisation that keeps the points of runs for so many days after their end. */
export type PointsPolicy = { orgId: string; name: string; days: number };
type Deps = {
  telemetry: TelemetryRepo;
  log: Pick<RunLog, 'dropPoints'>;
  trail: Trail;
  clock: Clock;
  /** The organisations that do not keep them for ever. */
  policies: () => Promise<readonly PointsPolicy[]>;
};

const day = 24 * 60 * 60 * 1000;

/**
 * Drops the raw points of runs that ended longer ago than their organisation keeps them, run by run in small steps. Their
 * roll-ups stay, and whatever else happened in them. What is cut short goes on at the next time.
 */
export function pointRetention({ telemetry, log, trail, clock, policies }: Deps): () => Promise<void> {
  async function dropFrom(orgId: string, endedBefore: Date): Promise<number> {
    let runs = 0;
    for await (const { runId } of telemetry.endedBefore(orgId, endedBefore)) {
      // From now on charts are made of roll-ups alone.
      if (!(await telemetry.dropping(orgId, runId))) continue;
      while (await telemetry.dropPieces(orgId, runId)) await breath();
      for (let after: number | null = 0; after !== null; await breath()) {
        after = await log.dropPoints(orgId, runId, after);
      }
      await telemetry.dropped(orgId, runId);
      runs++;
    }
    return runs;
  }

  return async () => {
    for (const { orgId, name, days } of await policies()) {
      const endedBefore = new Date(clock().getTime() - days * day);
      const runs = await dropFrom(orgId, endedBefore);
      if (runs === 0) continue;
      const done = { id: orgId, name, runs, endedBefore: endedBefore.toISOString() };
      await trail.record({ orgId, outside: 'system', name: 'Cobench' }, 'organisation.drop-points', {
        change: async () => done,
      });
    }
  };
}
