import type { ChartItem, Measurement } from './charts.ts';

/**
 * How many measurements an item holds: of a subgroup those that are there, of a single number `size` where it is the mean
 * of so many, 0 of a gap.
 */
export function sizeOf(item: ChartItem, size?: Measurement): number {
  if (item == null) return 0;
  if (typeof item === 'number') return size ?? 1;
  let count = 0;
  for (const value of item) if (value != null) count++;
  return count;
}

/** The mean of what is there, null of nothing. Summed as distances from the first: the mean of equal values is that value. */
export function meanOf(item: ChartItem): number | null {
  if (item == null) return null;
  if (typeof item === 'number') return finite(item);
  let first: number | undefined;
  let sum = 0;
  let count = 0;
  for (const value of item) {
    if (value == null) continue;
    first ??= finite(value);
    sum += finite(value) - first;
    count++;
  }
  return first === undefined ? null : first + sum / count;
}

/** Largest less smallest measurement of a subgroup; null where there are not two. */
export function rangeOf(item: ChartItem): number | null {
  if (item == null || typeof item === 'number') return null;
  let low = Infinity;
  let high = -Infinity;
  let count = 0;
  for (const value of item) {
    if (value == null) continue;
    if (finite(value) < low) low = value;
    if (value > high) high = value;
    count++;
  }
  return count < 2 ? null : high - low;
}

/** The standard deviation (n − 1) of a subgroup; null where there are not two measurements. */
export function deviationOf(item: ChartItem): number | null {
  if (item == null || typeof item === 'number') return null;
  const mean = meanOf(item);
  if (mean === null) return null;
  let squares = 0;
  let count = 0;
  for (const value of item) {
    if (value == null) continue;
    squares += (value - mean) * (value - mean);
    count++;
  }
  return count < 2 ? null : Math.sqrt(squares / (count - 1));
}

/** The middle measurement of a subgroup, of an even number the mean of the two in the middle; null of nothing. */
export function medianOf(item: ChartItem): number | null {
  if (item == null || typeof item === 'number') return meanOf(item);
  const count = putInOrder(item);
  const [lower, upper] = [inOrder[(count - 1) >> 1], inOrder[count >> 1]];
  return count === 0 || upper === undefined || lower === undefined ? null : lower + (upper - lower) / 2;
}

/** Where `putInOrder` leaves what it sorted: 10,000 subgroups need no array each. */
let inOrder = new Float64Array(64);

/** Sorts what is there from the smallest, each put in its place as subgroups are small, many at once; says how many. */
function putInOrder(item: readonly Measurement[]): number {
  if (item.length > inOrder.length) inOrder = new Float64Array(item.length);
  const few = item.length <= 50;
  let count = 0;
  for (const value of item) {
    if (value == null) continue;
    let at = count++;
    if (few) {
      for (; at > 0 && (inOrder[at - 1] ?? value) > value; at--) inOrder[at] = inOrder[at - 1] ?? value;
    }
    inOrder[at] = finite(value);
  }
  if (!few) inOrder.subarray(0, count).sort();
  return count;
}

/** @throws RangeError where a measurement is not a number that can be drawn. */
export function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`A measurement must be a finite number, not ${value}; what is missing is null.`);
}
