import type { Phase } from '@cobench/shared/series/phase';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { csvOf } from './csv.ts';

const columns = [
  'point', 'at', 'label', 'run', 'brought by', 'value', 'lower sum', 'size', 'centre', 'sigma', 'ucl', 'lcl', 'verdict', 'rules',
  'phase', 'limits version', 'excluded by', 'excluded at', 'reason',
]; // prettier-ignore

/**
 * The points of a chart as a table: what was measured, the plotted value with its own lines, and how it is judged now.
 * Points are counted from 1, as on the page; numbers have all their digits.
 */
export function pointsCsv(points: readonly SeriesPoint[], phases: readonly Phase[]): string {
  const widest = points.reduce((most, { items }) => Math.max(most, items.length), 1);
  const measured = Array.from({ length: widest }, (_, i) => (widest === 1 ? 'measured' : `measured ${i + 1}`));
  const rows = points.map((point) => {
    const phase = phases.findLast(({ start }) => start <= point.index);
    const { excluded } = point;
    const { value, neg = null, size, center, sigma, ucl, lcl } = point;
    const what = [point.index + 1, point.at, point.label, point.runId, point.byName ?? null, value, neg, size];
    const judged = [center, sigma, ucl, lcl, verdictOf(point), point.rules.join(' ')];
    const by = [phase?.name ?? null, phase?.limitsVersion ?? null];
    const left = [excluded?.byName ?? null, excluded?.at ?? null, excluded?.reason ?? null];
    return [...what, ...judged, ...by, ...left, ...measured.map((_, i) => point.items[i] ?? null)];
  });
  return csvOf([[...columns, ...measured], ...rows]);
}

/** How a point is judged, in a word or two. */
export function verdictOf({
  excluded,
  value,
  center,
  rules,
}: Pick<SeriesPoint, 'excluded' | 'value' | 'center' | 'rules'>): string {
  if (excluded !== null) return 'excluded';
  if (value === null) return 'no value';
  if (rules.length > 0) return 'signal';
  return center === null ? 'no limits yet' : 'in control';
}
