import { setImmediate as breath } from 'node:timers/promises';
import { hasEnded } from '@cobench/shared/runs/life-cycle';
import type { DomainEvents } from '../../domain-events.ts';
import { eachPoint } from './event-columns.ts';
import type { Point } from './columns.ts';
import { PyramidGrowth } from './pyramid.ts';
import type { RunLog, RunRepo } from './run.repo.ts';
import { metricTally } from './metric-tally.ts';
import type { MetricGrowth, TelemetryRepo } from './telemetry.repo.ts';

type Deps = { telemetry: TelemetryRepo; log: RunLog; repo: Pick<RunRepo, 'find'>; events: DomainEvents };
type OfRun = { orgId: string; runId: string };

/** So many events are packed at once; as many may lie unpacked, which every chart reads one by one. */
const packSize = 16_384;
/** The same, counted in batches. */
const packBatches = 512;
/** What a process that died left unpacked is packed from here on. */
const leftOver = 2048;
/** So many runs are remembered to be known as having something to be packed. */
const mostKnown = 10_000;

/**
 * Packs what runs measure for charts, beside the ingest and one run at a time: whenever enough has come, and when a run has
 * ended. What is cut short was not done: the summary says how far it came, and the sweep goes on there.
 */
export function telemetryPacker({ telemetry, log, repo, events }: Deps) {
  const unpacked = new Map<string, { events: number; batches: number }>();
  const known = new Set<string>();
  const queue = new Map<string, OfRun>();
  let working: Promise<void> | null = null;
  let lookedBack = false;

  events.on('run.recorded', async ({ orgId, run, events: recorded }) => {
    if (!known.has(run.id)) {
      await telemetry.begin(orgId, run.id);
      if (known.size >= mostKnown) known.clear();
      known.add(run.id);
    }
    const counted = unpacked.get(run.id) ?? { events: 0, batches: 0 };
    const more = { events: counted.events + recorded.length, batches: counted.batches + 1 };
    unpacked.set(run.id, more);
    if (more.events >= packSize || more.batches >= packBatches || hasEnded(run.state))
      enqueue({ orgId, runId: run.id });
  });

  function enqueue(of: OfRun): void {
    unpacked.delete(of.runId);
    queue.set(of.runId, of);
    working ??= begin();
  }

  const begin = (): Promise<void> =>
    work().finally(() => {
      working = queue.size > 0 ? begin() : null;
    });

  async function work(): Promise<void> {
    for (const [runId, of] of queue) {
      queue.delete(runId);
      // What fails is tried again by the sweep, which also says so.
      await pack(of).catch(() => undefined);
    }
  }

  async function pack(of: OfRun): Promise<void> {
    while (await packSome(of)) await breath();
  }

  /** Whether there may be more. */
  async function packSome({ orgId, runId }: OfRun): Promise<boolean> {
    await telemetry.begin(orgId, runId);
    const [run, seen] = await Promise.all([repo.find(orgId, runId), telemetry.summary(orgId, runId)]);
    if (!run || !seen) return false;
    const tally = metricTally(seen.metrics);
    const points = new Map<string, Point[]>();
    let [packedSeq, counted] = [seen.packedSeq, 0];
    for await (const stored of log.stored(orgId, runId, seen.packedSeq)) {
      eachPoint(stored, (metric, at, value) => {
        if (!tally.add(metric, at, value)) return;
        const own = points.get(metric.name);
        if (own) own.push({ at, value });
        else points.set(metric.name, [{ at, value }]);
      });
      packedSeq = stored.lastSeq;
      counted += stored.lastSeq - stored.firstSeq + 1;
      if (counted >= packSize) break;
    }
    const metrics: MetricGrowth[] = [];
    for (const [metric, own] of points) {
      const growth = new PyramidGrowth(telemetry.stored(orgId, runId, metric));
      await growth.add(own.toSorted((a, b) => a.at - b.at));
      metrics.push({ metric, nodes: growth.nodes, pieces: seen.dropped ? [] : growth.pieces });
    }
    const ended = hasEnded(run.state) && packedSeq >= run.lastSeq;
    const endedAt = ended ? new Date(run.finishedAt ?? run.createdAt) : null;
    const to = { ...seen, packedSeq, metrics: tally.metrics(), version: seen.version + 1 };
    if (packedSeq === seen.packedSeq && !ended) return false;
    const grown = await telemetry.grow(orgId, runId, { seen, to, endedAt, metrics });
    return grown && counted >= packSize;
  }

  async function packLeft(of: OfRun): Promise<void> {
    const [run, summary] = await Promise.all([repo.find(of.orgId, of.runId), telemetry.summary(of.orgId, of.runId)]);
    if (!run || !summary) return;
    if (hasEnded(run.state) || run.lastSeq - summary.packedSeq > leftOver) await pack(of);
  }

  return {
    /** Packs soon. */
    enqueue,
    /** Resolves when nothing waits to be packed. */
    async settled(): Promise<void> {
      for (let under = working; under !== null; under = working) await under;
    },
    /**
     * Packs what another process, or this one before it was started again, left. A run that cannot be packed does not keep
     * the others from it.
     * @throws what kept the first of those from being packed, once all others are.
     */
    async sweep(): Promise<void> {
      if (!lookedBack) for await (const { orgId, runId } of telemetry.neverBegun()) await telemetry.begin(orgId, runId);
      lookedBack = true;
      const failures: unknown[] = [];
      for await (const of of telemetry.unsettled()) {
        await packLeft(of).catch((failure: unknown) => failures.push(failure));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
