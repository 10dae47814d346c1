const key = 'cobench.runs.layout';
export type Layout = 'columns' | 'table';

/** Columns or a table: remembered in this browser. */
export class BoardLayout {
  #now = $state<Layout>(localStorage.getItem(key) === 'table' ? 'table' : 'columns');

  get now(): Layout {
    return this.#now;
  }
  set now(layout: Layout) {
    this.#now = layout;
    localStorage.setItem(key, layout);
  }
}
