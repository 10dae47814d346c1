import { isOfCounts, needsSizes, type ChartDefinition } from './chart.ts';
import type { NewPoint } from './point.ts';

/** What keeps a point from being shown on a chart, and the field that says so; null where nothing does. */
export function unfitPoint(
  chart: Pick<ChartDefinition, 'kind' | 'sampleSize'>,
  { items, size }: Pick<NewPoint, 'items' | 'size'>,
): { field: string; words: string } | null {
  const { kind, sampleSize } = chart;
  const counts = isOfCounts(kind);
  const below = items.findIndex((value) => value !== null && value < 0 && (counts || kind === 't'));
  if (below >= 0) return { field: `items/${below}`, words: 'This chart shows nothing below 0.' };
  if (!needsSizes(kind)) return null;
  const outOf = size ?? sampleSize;
  if (outOf === null) return { field: 'size', words: 'Say what the count is out of.' };
  const count = items.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const ofUnits = kind === 'p' || kind === 'np' || kind === 'laney-p';
  return ofUnits && count > outOf ? { field: 'items', words: 'More failed than there were.' } : null;
}
