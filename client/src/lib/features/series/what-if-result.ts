import { diffOf, episodesOf } from '@cobench/shared/series/episodes';
import { judgePoints, type JudgedPoint, type MeasuredPoint } from '@cobench/shared/series/judge-points';
import type { Phase } from '@cobench/shared/series/phase';
import type { Episode } from '@cobench/shared/series/point';
import { revise, UnfitRevision } from '@cobench/shared/series/revise';
import type { Revision, RevisionDiff } from '@cobench/shared/series/revision';
import type { Series } from '@cobench/shared/series/series';
import type { ControlPoint } from '#lib/charts/control-point.ts';

type Revised = Pick<Series, 'chart' | 'phases' | 'limitsVersion'>;

/** How a chart would be judged. */
export type WhatIfResult = {
  points: readonly ControlPoint[];
  phases: readonly Phase[];
  diff: Omit<RevisionDiff, 'phases'>;
};

/** The alarms of the points that are at hand, as they are judged now. */
export function alarmsNow({ chart, phases }: Revised, points: readonly ControlPoint[]): Episode[] {
  const first = points[0]?.index ?? 0;
  return episodesOf(judgePoints({ chart, phases, points: points.map(measured), first }), { phases, first });
}

/**
 * What a revision would make of the points that are at hand. `before` are their alarms now.
 * @throws UnfitRevision where it cannot be made, in words.
 */
export function whatIf(
  { chart, phases, limitsVersion }: Revised,
  { points, revision, before }: { points: readonly ControlPoint[]; revision: Revision; before: readonly Episode[] },
): WhatIfResult {
  const first = points[0]?.index ?? 0;
  const revised = revise({ chart, phases, limitsVersion, points: points.map(measured), first, revision });
  const after = episodesOf(revised.judged, { phases: revised.phases, first });
  return {
    phases: revised.phases,
    points: points.map((point, i) => asJudged(point, revised.judged[i], revised.points[i]?.excluded ?? false)),
    diff: diffOf(before, after),
  };
}

/** Points with the lines of other phases: how a version of the limits was drawn. */
export function pointsUnder(
  { chart }: Pick<Series, 'chart'>,
  phases: readonly Phase[],
  points: readonly ControlPoint[],
): ControlPoint[] {
  const first = points[0]?.index ?? 0;
  const judged = judgePoints({ chart, phases, points: points.map(measured), first });
  return points.map((point, i) => asJudged(point, judged[i], point.excluded !== null));
}

/** Why a revision cannot be made, in words; anything else is a mistake of ours. */
export function wordsOfUnfit(error: unknown): string {
  if (error instanceof UnfitRevision) return error.message;
  throw error;
}

const measured = ({ items, size, excluded }: ControlPoint): MeasuredPoint => ({
  items,
  size,
  excluded: excluded !== null,
});

const drafted = { byName: 'This draft', at: '', reason: 'not saved yet' };

function asJudged(point: ControlPoint, judged: JudgedPoint | undefined, isExcluded: boolean): ControlPoint {
  if (judged === undefined) return point;
  const { value, neg, center, sigma, ucl, lcl, rules } = judged;
  const excluded = isExcluded ? (point.excluded ?? drafted) : null;
  return { ...point, value, neg, center, sigma, ucl, lcl, signals: rules, excluded };
}
