type Cell = { row: number; column: number };

/** Which cells of a table are chosen: one, or with Shift all between two. The size is read reactively. */
export class CellChoice {
  #anchor = $state.raw<Cell | null>(null);
  #at = $state.raw<Cell | null>(null);
  readonly #size: () => { rows: number; columns: number };
  readonly at = $derived.by(() => this.#at);
  readonly chosen = $derived.by(() => {
    const [anchor, at] = [this.#anchor, this.#at];
    if (anchor === null || at === null) return null;
    return {
      rows: { first: Math.min(anchor.row, at.row), last: Math.max(anchor.row, at.row) + 1 },
      columns: { first: Math.min(anchor.column, at.column), last: Math.max(anchor.column, at.column) + 1 },
    };
  });

  constructor(size: () => { rows: number; columns: number }) {
    this.#size = size;
  }

  has({ row, column }: Cell): boolean {
    const all = this.chosen;
    if (all === null) return false;
    return row >= all.rows.first && row < all.rows.last && column >= all.columns.first && column < all.columns.last;
  }

  /** Chooses a cell; `extend` keeps those from where it began. */
  point(cell: Cell, { extend }: { extend: boolean }): void {
    const { rows, columns } = this.#size();
    if (rows === 0 || columns === 0) return;
    const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
    this.#at = { row: within(cell.row, rows), column: within(cell.column, columns) };
    if (!extend || this.#anchor === null) this.#anchor = this.#at;
  }

  clear(): void {
    this.#at = null;
    this.#anchor = null;
  }

  /** Answers whether the key was one of its own. `whole` moves to the ends of the table. */
  key(key: string, { extend, whole, page }: { extend: boolean; whole: boolean; page: number }): boolean {
    const { rows, columns } = this.#size();
    const { row, column } = this.#at ?? { row: -1, column: 0 };
    const goals: Record<string, Cell> = {
      ArrowDown: { row: whole ? rows : row + 1, column },
      ArrowUp: { row: whole ? 0 : row - 1, column },
      ArrowLeft: { row, column: whole ? 0 : column - 1 },
      ArrowRight: { row, column: whole ? columns : column + 1 },
      Home: { row: whole ? 0 : row, column: 0 },
      End: { row: whole ? rows : row, column: columns },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
    };
    const goal = goals[key];
    if (goal === undefined) return false;
    this.point(goal, { extend });
    return true;
  }
}
