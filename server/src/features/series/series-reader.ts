import { judgePoints, spansOf } from '@cobench/shared/series/judge-points';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { measuredOf, seriesPoint } from './growth.ts';
import type { SpcRepo } from './series.repo.ts';

/** Points with how they are judged by the phases as they are now: those from `first` on and before `end`, in order. */
export async function judgedPoints(
  points: SpcRepo['points'],
  { orgId, series, ...range }: { orgId: string; series: Series; first: number; end: number },
): Promise<SeriesPoint[]> {
  const first = Math.max(0, range.first);
  const end = Math.min(range.end, series.pointCount);
  const [span] = spansOf(series.phases, { first, end });
  if (!span) return [];
  const { phase } = span;
  const { limitsVersion } = phase;
  const judgedFrom =
    span.start === phase.start || phase.parameters === null
      ? null
      : await points.checkpoint(orgId, series.id, { limitsVersion, index: span.start });
  const begin = judgedFrom?.index ?? (phase.parameters === null ? first : phase.start);
  const stored = await points.range(orgId, series.id, { first: begin, end });
  const judged = judgePoints({
    chart: series.chart,
    phases: series.phases,
    points: stored.map(measuredOf),
    first: begin,
    from: judgedFrom?.state ?? null,
  });
  return stored.flatMap((point, i) => {
    const verdict = judged[i];
    return verdict && point.index >= first ? [seriesPoint(point, verdict)] : [];
  });
}
