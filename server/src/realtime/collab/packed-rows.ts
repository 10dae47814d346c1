/**
 * Rows of a few whole numbers below 2³² each, in one piece of memory: a document has thousands of them, and as objects
 * each would take some 200 bytes.
 */
export class PackedRows {
  readonly #width: number;
  #cells = new Uint32Array(0);
  #count = 0;

  constructor(width: number) {
    this.#width = width;
  }

  get count(): number {
    return this.#count;
  }

  /** A cell of a row that is there. */
  at(row: number, column: number): number {
    return this.#cells[row * this.#width + column] ?? 0;
  }

  push(...row: number[]): void {
    this.reserve(1);
    this.#cells.set(row, this.#count++ * this.#width);
  }

  /** Puts one row in the place of some others, or between two. */
  replace(first: number, removed: number, ...row: number[]): void {
    if (removed === 0) this.reserve(1);
    const width = this.#width;
    this.#cells.copyWithin((first + 1) * width, (first + removed) * width, this.#count * width);
    this.#cells.set(row, first * width);
    this.#count += 1 - removed;
  }

  /** Makes room for rows that are about to come: for exactly these where there are none, for a few more otherwise. */
  reserve(rows: number): void {
    const needed = this.#count + rows;
    if (needed * this.#width <= this.#cells.length) return;
    const cells = new Uint32Array(Math.max(needed, this.#count + (this.#count >> 2)) * this.#width);
    cells.set(this.#cells.subarray(0, this.#count * this.#width));
    this.#cells = cells;
  }

  /** How many rows have less than a value in a column that ascends. */
  countBelow(value: number, column: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle, column) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
