/** So many rows beyond what is in view are drawn, too. */
const overscan = 12;

/** Where each row of a long list stands, though only those in view are drawn: heights are guessed until they are seen. */
export class LogRows {
  /** What a row is taken for that was not drawn yet. */
  #guess = $state(18);
  #seen = $state(0);
  #heights: Record<number, number> = {};
  #measured = false;
  readonly #keys: () => readonly number[];
  readonly #tops = $derived.by(() => {
    void this.#seen;
    const keys = this.#keys();
    const tops = new Float64Array(keys.length + 1);
    for (const [i, key] of keys.entries()) tops[i + 1] = (tops[i] ?? 0) + (this.#heights[key] ?? this.#guess);
    return tops;
  });
  readonly height = $derived.by(() => this.#tops.at(-1) ?? 0);

  /** `keys` name the rows in their order and grow from one to the next. */
  constructor(keys: () => readonly number[]) {
    this.#keys = keys;
  }

  /** The rows to draw for what is in view: from `first` up to and without `end`, beginning at `top`. */
  inView({ top, height }: { top: number; height: number }): { first: number; end: number; top: number } {
    const count = this.#keys().length;
    const first = Math.max(0, this.rowAt(top) - overscan);
    const end = Math.min(count, this.rowAt(top + height) + 1 + overscan);
    return { first, end, top: this.topOf(first) };
  }

  /** Where the row of this number begins. */
  topOf(row: number): number {
    return this.#tops[Math.min(row, this.#tops.length - 1)] ?? 0;
  }

  /** The number of the row at a height. */
  rowAt(y: number): number {
    let [low, high] = [0, Math.max(0, this.#keys().length - 1)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.topOf(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The number of the row with this key, or of the first one after it; null where there is none. */
  rowOf(key: number): number | null {
    const keys = this.#keys();
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((keys[middle] ?? Infinity) < key) low = middle + 1;
      else high = middle;
    }
    return low < keys.length ? low : null;
  }

  /** Takes over how high rows are that were drawn. */
  saw(rows: Iterable<readonly [key: number, height: number]>): void {
    let changed = false;
    for (const [key, height] of rows) {
      if (height <= 0 || this.#heights[key] === height) continue;
      if (!this.#measured) this.#guess = height;
      this.#measured = true;
      changed ||= (this.#heights[key] ?? this.#guess) !== height;
      this.#heights[key] = height;
    }
    if (changed) this.#seen++;
  }

  /** Lines break elsewhere: everything is to be seen again. */
  forget(): void {
    this.#heights = {};
    this.#measured = false;
    this.#seen++;
  }
}
