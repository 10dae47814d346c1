/**
 * Makes one stop for the Tab key of a toolbar: arrow keys, Home and End go from button to button, and Tab leads out.
 * An attachment.
 */
export function rovingFocus(toolbar: HTMLElement): () => void {
  let current: HTMLElement | null = null;
  const buttons = () => [...toolbar.querySelectorAll<HTMLElement>('button:not(:disabled)')];

  const mark = () => {
    const all = buttons();
    if (current === null || !all.includes(current)) current = all[0] ?? null;
    for (const button of all) button.tabIndex = button === current ? 0 : -1;
  };

  const focused = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || !buttons().includes(target)) return;
    current = target;
    mark();
  };

  const pressed = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.findIndex((button) => button === event.target);
    const next = at === -1 ? undefined : all[step(event.key, at, all.length)];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };

  mark();
  const changes = new MutationObserver(mark);
  changes.observe(toolbar, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  toolbar.addEventListener('focusin', focused);
  toolbar.addEventListener('keydown', pressed);
  return () => {
    changes.disconnect();
    toolbar.removeEventListener('focusin', focused);
    toolbar.removeEventListener('keydown', pressed);
  };
}

/** The place to go to from `at`; none for keys that are not ours. */
function step(key: string, at: number, count: number): number {
  if (key === 'ArrowRight') return (at + 1) % count;
  if (key === 'ArrowLeft') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : -1;
}
