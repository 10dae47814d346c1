/** The lines of a list as the keyboard walks through them: their links carry `data-row-link` and `data-alert`. */
const linksIn = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-row-link]')];

/** The alert of the line that the keyboard is in, also when it is in what a line opened; null where it is in none. */
export function currentIn(list: HTMLElement): string | null {
  const row = document.activeElement?.closest<HTMLElement>('[data-of-alert]');
  return row && list.contains(row) ? (row.dataset['ofAlert'] ?? null) : null;
}

/** Goes so many lines down (or up); from nowhere to the first. */
export function move(list: HTMLElement, by: number): void {
  const links = linksIn(list);
  const current = currentIn(list);
  const at = links.findIndex(({ dataset }) => dataset['alert'] === current);
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Whether a key of the page may act: the focus is in no dialog, menu or search box above it. */
export const listens = (list: HTMLElement): boolean =>
  document.activeElement === document.body || list.closest('main')?.contains(document.activeElement) === true;

/** The arrow keys, Home and End between the links of the lines. An attachment. */
export function arrowKeys(list: HTMLElement): () => void {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLElement) || event.target.dataset['rowLink'] === undefined) return;
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(list, by);
  };
  list.addEventListener('keydown', onkeydown);
  return () => list.removeEventListener('keydown', onkeydown);
}

const steps: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
