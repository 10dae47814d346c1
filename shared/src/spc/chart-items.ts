import type { ChartData, ChartItem, ChartItems, ChartKind, Measurement, Measurements } from './charts.ts';

/** One size for all (also as a list of one), or one for each entry of the data. */
export type Sizes = number | Measurements;

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
export function chartItems(chart: ChartKind, data: ChartData, sizes?: Sizes | null): ChartItems {
  const items = itemsOf(data);
  if (isOfCounts(chart)) return { items: items.map(single), sizes: sizesOf(chart, items.length, sizes) };
  if (!ofSubgroups.includes(chart)) return { items: items.map(single), sizes: undefined };
  const cut = sizes != null && !items.some(Array.isArray);
  return cut ? subgroups(items as readonly Measurement[], sizes) : { items, sizes: undefined };
}

/** Typed arrays as the lists that they stand for. */
export const itemsOf = (data: ChartData): ChartItem[] =>
  Array.from<Measurement | Measurements, ChartItem>(data, (item) => (ArrayBuffer.isView(item) ? [...item] : item));

/** A chart of single values takes a list of one as its value. */
const single = (item: ChartItem): ChartItem => (Array.isArray(item) && item.length === 1 ? (item[0] ?? null) : item);

function sizesOf(chart: ChartKind, length: number, sizes?: Sizes | null): readonly Measurement[] {
  if (sizes == null && length > 0) throw new RangeError(`A chart of kind ${chart} needs the sizes of its samples.`);
  const [one, ...more] = typeof sizes === 'number' ? [sizes] : (sizes ?? []);
  if (one !== undefined && more.length === 0) return Array.from({ length }, () => one);
  const list = typeof sizes === 'number' ? [] : [...(sizes ?? [])];
  if (list.length !== length) throw new RangeError(`There are ${length} counts, but ${list.length} sizes.`);
  return list;
}

function subgroups(data: readonly Measurement[], sizes: Sizes): ChartItems {
  if (typeof sizes === 'number') {
    if (!isSize(sizes)) throw new RangeError('The size of subgroups must be a whole number of at least 1.');
    const count = Math.ceil(data.length / sizes);
    return { items: Array.from({ length: count }, (_, i) => data.slice(i * sizes, (i + 1) * sizes)), sizes: undefined };
  }
  const known = Array.from<Measurement, number>(sizes, (size) => size ?? 0);
  if (known.reduce((sum, size) => sum + size, 0) === data.length && known.every((size) => size === 0 || isSize(size))) {
    let from = 0;
    return { items: known.map((size) => data.slice(from, (from += size))), sizes: undefined };
  }
  if (sizes.length === data.length) return { items: data, sizes: [...sizes] };
  throw new RangeError(`${data.length} measurements cannot be cut into subgroups of these sizes.`);
}

const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1;
