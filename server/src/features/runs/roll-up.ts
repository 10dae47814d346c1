import type { Sum } from './columns.ts';
import { PackedReader, PackedWriter } from './packed-bytes.ts';

/** A roll-up has at most so many cells. */
export const mostCells = 256;

/** Sums of values by time: each cell is as many milliseconds wide as a power of two says, and begins at a multiple of it. */
export class RollUp {
  #width = 1;
  #cells = new Map<number, Sum>();

  get width(): number {
    return this.#width;
  }

  /** Adds a value, whenever it was measured. Where there are too many cells by then, each becomes twice as wide. */
  add(at: number, value: number): void {
    const cell = Math.floor(at / this.#width);
    const sum = this.#cells.get(cell);
    if (sum) {
      sum.count++;
      sum.total += value;
      if (value < sum.min) sum.min = value;
      if (value > sum.max) sum.max = value;
      return;
    }
    this.#cells.set(cell, { count: 1, min: value, max: value, total: value });
    while (this.#cells.size > mostCells) this.#widen();
  }

  /** The cells in the order of time: when each begins, and its sum. */
  *cells(): IterableIterator<[at: number, sum: Sum]> {
    for (const cell of [...this.#cells.keys()].toSorted((a, b) => a - b)) {
      const sum = this.#cells.get(cell);
      if (sum) yield [cell * this.#width, sum];
    }
  }

  #widen(): void {
    const narrow = this.#cells;
    this.#cells = new Map();
    this.#width *= 2;
    for (const [cell, sum] of narrow) {
      const half = Math.floor(cell / 2);
      const other = this.#cells.get(half);
      this.#cells.set(half, other ? bothOf(other, sum) : sum);
    }
  }

  encode(): Buffer {
    const writer = new PackedWriter();
    writer.natural(this.#width);
    let before = 0;
    for (const [at, sum] of this.cells()) {
      const cell = at / this.#width;
      writer.integer(cell - before);
      before = cell;
      writer.natural(sum.count);
      writer.double(sum.total);
      if (sum.count === 1) continue;
      writer.double(sum.min);
      writer.double(sum.max);
    }
    return writer.done();
  }

  static decode(bytes: Uint8Array): RollUp {
    const reader = new PackedReader(bytes);
    const made = new RollUp();
    made.#width = reader.natural();
    let cell = 0;
    while (!reader.atEnd) {
      cell += reader.integer();
      const [count, total] = [reader.natural(), reader.double()];
      const [min, max] = count === 1 ? [total, total] : [reader.double(), reader.double()];
      made.#cells.set(cell, { count, total, min, max });
    }
    return made;
  }
}

const bothOf = (one: Sum, other: Sum): Sum => ({
  count: one.count + other.count,
  total: one.total + other.total,
  min: Math.min(one.min, other.min),
  max: Math.max(one.max, other.max),
});
