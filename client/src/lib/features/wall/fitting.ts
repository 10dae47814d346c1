/** A card is read from across the room only if it has this much space (pixels). */
const least = { width: 460, height: 230 };
/** How wide a card should be for its height. */
const shape = 1.7;

/** How cards are laid out in a space, and how many fit. */
export type Layout = { columns: number; rows: number };

/** The layout in which so many cards are largest; as many as can be read where they are too many for one page. */
export function layoutFor(count: number, { width, height }: { width: number; height: number }): Layout {
  const most = { columns: fits(width, least.width), rows: fits(height, least.height) };
  const shown = Math.min(Math.max(count, 1), most.columns * most.rows);
  let best: Layout & { size: number } = { ...most, size: 0 };
  for (let columns = 1; columns <= most.columns; columns++) {
    const rows = Math.ceil(shown / columns);
    const size = Math.min(width / columns / shape, height / rows);
    if (rows <= most.rows && size > best.size) best = { columns, rows, size };
  }
  return { columns: best.columns, rows: best.rows };
}

const fits = (space: number, each: number): number => Math.max(1, Math.floor(space / each));

/** The items of a page, counted from 0; pages begin again after the last. */
export function pageOf<T>(
  items: readonly T[],
  perPage: number,
  page: number,
): { items: readonly T[]; page: number; of: number } {
  const of = Math.max(1, Math.ceil(items.length / perPage));
  const at = page % of;
  return { items: items.slice(at * perPage, (at + 1) * perPage), page: at, of };
}
