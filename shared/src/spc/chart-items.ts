import type { ChartItems, ChartItem, ChartKind, Measurement } from './charts.ts';

/** One size for all, or one for each entry of the data. */
export type Sizes = number | readonly Measurement[];

const ofCounts: readonly ChartKind[] = ['p', 'np', 'u', 'laney-p', 'laney-u'];

/** Whether a chart is of counts that come with the size of their sample. */
export const isOfCounts = (chart: ChartKind): boolean => ofCounts.includes(chart);

const ofSubgroups: readonly ChartKind[] = ['xbar', 'r', 's', 'median', 'ewma', 'cusum'];

/**
 * Entries of data as the items of a chart. Counts get the size of their sample. For charts of subgroups, plain numbers
 * with sizes are cut into subgroups of these sizes, in their order; where there is one size for each number it is the
 * mean of so many.
 * @throws RangeError where sizes are missing, do not fit the data or are below 0.
 */
export function chartItems(chart: ChartKind, data: readonly ChartItem[], sizes?: Sizes | null): ChartItems {
  if (isOfCounts(chart)) return { items: data, sizes: sizesOf(chart, data.length, sizes) };
  const cut = sizes != null && ofSubgroups.includes(chart) && !data.some(Array.isArray);
  return cut ? subgroups(data as readonly Measurement[], sizes) : { items: data, sizes: undefined };
}

function sizesOf(chart: ChartKind, length: number, sizes?: Sizes | null): readonly Measurement[] {
  if (sizes == null && length > 0) throw new RangeError(`A chart of kind ${chart} needs the sizes of its samples.`);
  const list = typeof sizes === 'number' ? Array.from({ length }, () => sizes) : (sizes ?? []);
  if (list.length !== length) throw new RangeError(`There are ${length} counts, but ${list.length} sizes.`);
  return list;
}

function subgroups(data: readonly Measurement[], sizes: Sizes): ChartItems {
  if (typeof sizes === 'number') {
    if (!isSize(sizes)) throw new RangeError('The size of subgroups must be a whole number of at least 1.');
    const count = Math.ceil(data.length / sizes);
    return { items: Array.from({ length: count }, (_, i) => data.slice(i * sizes, (i + 1) * sizes)), sizes: undefined };
  }
  const known = sizes.map((size) => size ?? 0);
  if (known.reduce((sum, size) => sum + size, 0) === data.length && known.every((size) => size === 0 || isSize(size))) {
    let from = 0;
    return { items: known.map((size) => data.slice(from, (from += size))), sizes: undefined };
  }
  if (sizes.length === data.length) return { items: data, sizes };
  throw new RangeError(`${data.length} measurements cannot be cut into subgroups of these sizes.`);
}

const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1;
