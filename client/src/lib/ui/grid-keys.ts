/**
 * The arrow keys move between the tiles of a grid as they stand on the screen, Home and End to its ends: the focus goes from
 * one `[data-tile-link]` to another, Enter then follows it as any link. An attachment: `<ul {@attach gridKeys}>`.
 */
export function gridKeys(grid: HTMLElement): () => void {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tiles = [...grid.querySelectorAll<HTMLElement>('[data-tile-link]')];
    const at = tiles.findIndex((tile) => tile === event.target);
    if (at < 0) return;
    const next = tiles[nextTile(event.key, at, tiles.map(placeOf)) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  grid.addEventListener('keydown', onkeydown);
  return () => grid.removeEventListener('keydown', onkeydown);
}

export type TilePlace = { left: number; top: number };

/** Where a key leads from a tile; null where it leads nowhere. */
export function nextTile(key: string, at: number, places: readonly TilePlace[]): number | null {
  if (key === 'ArrowRight') return at + 1 < places.length ? at + 1 : null;
  if (key === 'ArrowLeft') return at > 0 ? at - 1 : null;
  if (key === 'Home') return 0;
  if (key === 'End') return places.length - 1;
  if (key === 'ArrowDown') return inNextRow(at, places, 1);
  return key === 'ArrowUp' ? inNextRow(at, places, -1) : null;
}

/** The tile of the row above or below that is nearest to this column. */
function inNextRow(at: number, places: readonly TilePlace[], by: 1 | -1): number | null {
  const from = places[at];
  if (from === undefined) return null;
  let found: number | null = null;
  let row = from.top;
  let distance = Infinity;
  for (let i = at + by; i >= 0 && i < places.length; i += by) {
    const place = places[i];
    if (place === undefined || place.top === from.top) continue;
    if (row === from.top) row = place.top;
    if (place.top !== row) break;
    const apart = Math.abs(place.left - from.left);
    if (apart >= distance) continue;
    distance = apart;
    found = i;
  }
  return found;
}

function placeOf(tile: HTMLElement): TilePlace {
  const { left, top } = (tile.closest('li') ?? tile).getBoundingClientRect();
  return { left: Math.round(left), top: Math.round(top) };
}
