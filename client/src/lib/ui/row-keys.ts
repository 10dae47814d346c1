/**
 * Up, Down, Home and End move between the rows of a table body: the focus goes from one `[data-row-link]` to the next,
 * Enter then follows it as any link. An attachment: `<tbody {@attach rowKeys}>`.
 */
export function rowKeys(body: HTMLElement): () => void {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const links = [...body.querySelectorAll<HTMLElement>('[data-row-link]')];
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    const at = links.findIndex((link) => link.closest('tr') === row);
    const next = targetOf(event.key, at, links.length);
    if (next === null) return;
    event.preventDefault();
    links[next]?.focus();
  };
  body.addEventListener('keydown', onkeydown);
  return () => body.removeEventListener('keydown', onkeydown);
}

function targetOf(key: string, at: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(at + 1, count - 1);
  if (key === 'ArrowUp') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}
