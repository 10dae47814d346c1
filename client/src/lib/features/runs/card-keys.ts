/**
 * The arrow keys on a board of cards: up and down within a column, left and right to the card at the same place of the next
 * one that holds any. An attachment; columns are `[data-column]`, the links that open cards `[data-card-link]`.
 */
export function cardKeys(board: HTMLElement): () => void {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLElement) || event.target.dataset['cardLink'] === undefined) return;
    const next = nextCard(board, event.target, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  board.addEventListener('keydown', onkeydown);
  return () => board.removeEventListener('keydown', onkeydown);
}

function nextCard(board: HTMLElement, from: HTMLElement, key: string): HTMLElement | undefined {
  const columns = [...board.querySelectorAll<HTMLElement>('[data-column]')]
    .map((column) => [...column.querySelectorAll<HTMLElement>('[data-card-link]')])
    .filter((cards) => cards.length > 0);
  const at = columns.findIndex((cards) => cards.includes(from));
  const own = columns[at] ?? [];
  const place = own.indexOf(from);
  switch (key) {
    case 'ArrowDown':
      return own[place + 1];
    case 'ArrowUp':
      return own[place - 1];
    case 'Home':
      return own[0];
    case 'End':
      return own.at(-1);
    case 'ArrowLeft':
    case 'ArrowRight': {
      const other = columns[at + (key === 'ArrowLeft' ? -1 : 1)];
      return other?.[Math.min(place, other.length - 1)];
    }
    default:
      return undefined;
  }
}
