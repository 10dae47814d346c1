import type { DeletedRange } from './decode-update.ts';

type Range = { clock: number; end: number };

/** Ranges of clocks by client, merged where they touch: what is deleted. */
export class RangeTable {
  readonly #clients = new Map<number, Range[]>();

  add({ client, clock, length }: DeletedRange): void {
    const ranges = this.#clients.get(client) ?? [];
    if (ranges.length === 0) this.#clients.set(client, ranges);
    const first = firstEndingAt(ranges, clock);
    let after = first;
    let [start, end] = [clock, clock + length];
    for (let range = ranges[after]; range && range.clock <= end; range = ranges[++after]) {
      start = Math.min(start, range.clock);
      end = Math.max(end, range.end);
    }
    ranges.splice(first, after - first, { clock: start, end });
  }

  /** What of a range is not in here. */
  missing({ client, clock, length }: DeletedRange): DeletedRange[] {
    const ranges = this.#clients.get(client) ?? [];
    const end = clock + length;
    const missing: DeletedRange[] = [];
    let from = clock;
    for (let at = firstEndingAt(ranges, clock); from < end; at++) {
      const range = ranges[at];
      const to = Math.min(end, range?.clock ?? end);
      if (to > from) missing.push({ client, clock: from, length: to - from });
      from = Math.max(to, range?.end ?? end);
    }
    return missing;
  }

  has(client: number, clock: number): boolean {
    return this.missing({ client, clock, length: 1 }).length === 0;
  }
}

/** The first range that ends at a clock or later. */
function firstEndingAt(ranges: readonly Range[], clock: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? Infinity) < clock) low = middle + 1;
    else high = middle;
  }
  return low;
}
