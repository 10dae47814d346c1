import type { DeletedRange } from './decode-update.ts';
import { PackedRows } from './packed-rows.ts';

const column = { clock: 0, end: 1 } as const;

/** Ranges of clocks by client, merged where they touch: what is deleted. */
export class RangeTable {
  readonly #clients = new Map<number, PackedRows>();

  add({ client, clock, length }: DeletedRange): void {
    const ranges = this.#clients.get(client) ?? new PackedRows(2);
    if (ranges.count === 0) this.#clients.set(client, ranges);
    const first = ranges.countBelow(clock, column.end);
    let after = first;
    let [start, end] = [clock, clock + length];
    for (; after < ranges.count && ranges.at(after, column.clock) <= end; after++) {
      start = Math.min(start, ranges.at(after, column.clock));
      end = Math.max(end, ranges.at(after, column.end));
    }
    ranges.replace(first, after - first, start, end);
  }

  /** What of a range is not in here. */
  missing({ client, clock, length }: DeletedRange): DeletedRange[] {
    const ranges = this.#clients.get(client);
    if (!ranges) return [{ client, clock, length }];
    const end = clock + length;
    const missing: DeletedRange[] = [];
    let from = clock;
    for (let at = ranges.countBelow(clock, column.end); from < end; at++) {
      const there = at < ranges.count;
      const to = there ? Math.min(end, ranges.at(at, column.clock)) : end;
      if (to > from) missing.push({ client, clock: from, length: to - from });
      from = there ? Math.max(to, ranges.at(at, column.end)) : end;
    }
    return missing;
  }

  has(client: number, clock: number): boolean {
    return this.missing({ client, clock, length: 1 }).length === 0;
  }
}
