/** Why there are no limits, in words. */
export class TooFew extends RangeError {
  constructor(what: string) {
    super(`There are too few measurements for control limits: ${what}.`);
    this.name = 'RangeError';
  }
}

/**
 * The mean of values, weighted where there are weights. Summed as distances from the first value, so that the mean of equal
 * values is that value to the last bit.
 * @throws RangeError of no values, with the words of `missing`.
 */
export function average(values: readonly number[], missing: string, weights?: readonly number[]): number {
  const [first] = values;
  if (first === undefined) throw new TooFew(missing);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum += weight * ((values[i] ?? first) - first);
    total += weight;
  }
  return first + sum / total;
}

/** The size that occurs most often, of several the greatest; undefined where all are 0. */
export function mostCommon(sizes: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  counts.delete(0);
  let best: number | undefined;
  let most = 0;
  for (const [size, count] of counts) {
    if (count < most || (count === most && size < (best ?? 0))) continue;
    best = size;
    most = count;
  }
  return best;
}
