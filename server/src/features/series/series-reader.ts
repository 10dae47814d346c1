import { judgePoints, spansOf } from '@cobench/shared/series/judge-points';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import { measuredOf, seriesPoint } from './growth.ts';
import type { SpcRepo, StoredPoint } from './series.repo.ts';

/** So many are read at a time: the store finds the next while the first are taken in. */
const atOnce = 2500;

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
  const stored = await inPieces({ first: begin, end }, (piece) => points.range(orgId, series.id, piece));
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

type Range = { first: number; end: number };

async function inPieces({ first, end }: Range, read: (piece: Range) => Promise<StoredPoint[]>): Promise<StoredPoint[]> {
  const pieces: Promise<StoredPoint[]>[] = [];
  for (let from = first; from < end; from += atOnce) {
    pieces.push(read({ first: from, end: Math.min(from + atOnce, end) }));
  }
  return (await Promise.all(pieces)).flat();
}
