import { phaseJudge } from '@cobench/shared/series/judge-points';
import type { Phase } from '@cobench/shared/series/phase';
import type { Series } from '@cobench/shared/series/series';
import type { SeriesSource, Subgrouping } from '@cobench/shared/series/source';
import type { ChartKind } from '@cobench/shared/spc/charts';
import { duration } from '#lib/ui/format.ts';

/** What each kind of chart is called. */
export const chartNames: Record<ChartKind, string> = {
  i: 'Individuals',
  mr: 'Moving range',
  xbar: 'X̄ (means of subgroups)',
  r: 'R (ranges of subgroups)',
  s: 'S (standard deviations of subgroups)',
  median: 'Medians of subgroups',
  ewma: 'EWMA',
  cusum: 'CUSUM',
  p: 'p (share of defective units)',
  np: 'np (defective units)',
  c: 'c (defects)',
  u: 'u (defects per unit)',
  'laney-p': 'Laney p′',
  'laney-u': 'Laney u′',
  t: 't (time between events)',
  g: 'g (units between events)',
};

/** What feeds a series, as the beginning of a sentence. */
export function sourceInWords(source: SeriesSource): string {
  switch (source.from) {
    case 'metric':
      return source.runId === null ? `Metric “${source.metric}” of the runs` : `Metric “${source.metric}” of one run`;
    case 'result':
      return `Result “${source.name}” of the runs`;
    case 'points':
      return 'Points that are brought by API or file';
    default:
      return source satisfies never;
  }
}

/** How measurements become points; empty where each is one. */
export function subgroupsInWords(subgrouping: Subgrouping): string {
  switch (subgrouping.by) {
    case 'each':
      return '';
    case 'count':
      return `Subgroups of ${subgrouping.size}`;
    case 'run':
      return 'One point per run';
    case 'time':
      return `One point per ${duration(subgrouping.seconds * 1000)}`;
    default:
      return subgrouping satisfies never;
  }
}

/** Where the limits of a phase come from. */
export function limitsInWords({ source, parameters, start }: Phase, { chart }: Pick<Series, 'chart'>): string {
  const distance =
    chart.kind === 'cusum' ? `decision interval ${chart.decisionInterval} sigma` : `± ${chart.nsigmas} sigma`;
  switch (source.from) {
    case 'given':
      return `Known values for centre and sigma; limits at ${distance}.`;
    case 'baseline':
      return parameters === null
        ? `They will be set by the first ${source.points} points of the phase; limits at ${distance}.`
        : `Set by the first ${source.points} points from point ${start + 1} on; limits at ${distance}.`;
    case 'points':
      return `Set by points ${source.first + 1} to ${source.last + 1}; limits at ${distance}.`;
    default:
      return source satisfies never;
  }
}

export type CurrentLines = { center: number | null; sigma: number | null; ucl: number | null; lcl: number | null };

/** The lines of the newest phase at a point of the usual size; null while they are not known. */
export function linesOf({ phases, chart }: Pick<Series, 'phases' | 'chart'>): CurrentLines | null {
  const phase = phases.at(-1);
  if (!phase || phase.parameters === null) return null;
  const { center, sigma, ucl, lcl } = phaseJudge(chart, phase).push({ items: [], size: null, excluded: false });
  return { center, sigma, ucl, lcl };
}
