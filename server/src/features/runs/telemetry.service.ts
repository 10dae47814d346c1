import type { RunMetric, TelemetryColumns } from '@cobench/shared/runs/telemetry';
import { authorize, type Actor } from '../../platform/access.ts';
import { invalidField } from '../../platform/fault.ts';
import { chartOf } from './chart.ts';
import { eachPoint } from './event-columns.ts';
import type { Point } from './columns.ts';
import { metricTally, toRunMetric } from './metric-tally.ts';
import type { RunLog, RunRepo } from './run.repo.ts';
import { nothingPacked, type PackedSummary, type TelemetryRepo } from './telemetry.repo.ts';

type ById = { id: string };
type Wanted = ById & { metric: string; from?: string | undefined; to?: string | undefined; columns: number };
type Deps = {
  repo: Pick<RunRepo, 'find'>;
  log: RunLog;
  telemetry: TelemetryRepo;
  /** Is told of runs of which much lies unpacked. */
  enqueue: (of: { orgId: string; runId: string }) => void;
};

/** A reader that finds more events unpacked says so. */
const much = 32_768;

/** No more events than about these are read one by one, however many lie unpacked. */
const mostUnpacked = 131_072;

/** What was measured in a run, for charts of any length. */
export function telemetryService({ repo, log, telemetry, enqueue }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  /** What is packed, and what came since; the points of one metric where it is named. */
  async function read(orgId: string, runId: string, name?: string) {
    const packed: PackedSummary = (await telemetry.summary(orgId, runId)) ?? nothingPacked;
    const tally = metricTally(packed.metrics);
    const recent: Point[] = [];
    let lastSeq = packed.packedSeq;
    for await (const stored of log.stored(orgId, runId, packed.packedSeq)) {
      ({ lastSeq } = stored);
      eachPoint(stored, (metric, at, value) => {
        if (tally.add(metric, at, value) && metric.name === name) recent.push({ at, value });
      });
      // What comes after is seen as soon as this is packed; `lastSeq` says that it is not in the answer.
      if (lastSeq - packed.packedSeq >= mostUnpacked) break;
    }
    return { packed, recent, lastSeq, metrics: tally.metrics() };
  }

  function noteUnpacked(of: { orgId: string; runId: string }, { packedSeq, lastSeq }: Record<string, number>): void {
    if (Number(lastSeq) - Number(packedSeq) > much) enqueue(of);
  }

  return {
    async telemetry(actor: Actor, { id }: ById): Promise<{ metrics: RunMetric[]; lastSeq: number }> {
      await authorize(actor, 'run.read', find(id));
      const { orgId } = actor;
      const { metrics, lastSeq, packed } = await telemetry.atOneMoment(() => read(orgId, id));
      noteUnpacked({ orgId, runId: id }, { packedSeq: packed.packedSeq, lastSeq });
      return { metrics: metrics.map(toRunMetric), lastSeq };
    },

    /** @throws Fault `input.invalid` where the span ends before it begins. */
    async telemetryColumns(
      actor: Actor,
      { id, metric: name, columns: most, ...asked }: Wanted,
    ): Promise<TelemetryColumns> {
      await authorize(actor, 'run.read', find(id));
      const { orgId } = actor;
      return telemetry.atOneMoment(async () => {
        const { packed, recent, lastSeq, metrics } = await read(orgId, id, name);
        const metric = metrics.find((one) => one.name === name);
        const from = asked.from === undefined ? (metric?.firstAt ?? 0) : Date.parse(asked.from);
        const to = asked.to === undefined ? Math.max(metric?.lastAt ?? 0, from) : Date.parse(asked.to);
        if (to < from) throw invalidField('to', 'The span ends before it begins.');
        const source = {
          count: metric?.count ?? 0,
          dropped: packed.dropped,
          recent,
          nodes: (level: number, stretch: { from: number; to: number }) =>
            telemetry.nodes(orgId, id, { ...stretch, metric: name, level }),
          pieces: (stretch: { from: number; to: number }) => telemetry.pieces(orgId, id, { ...stretch, metric: name }),
        };
        const chart = await chartOf(source, { from, to, most });
        const [fromText, toText] = [chart.from, chart.to].map((at) => new Date(at).toISOString());
        const { width, exact, columns } = chart;
        return {
          metric: name,
          unit: metric?.unit ?? '',
          from: fromText ?? '',
          to: toText ?? '',
          width,
          exact,
          columns,
          lastSeq,
        };
      });
    },
  };
}
