/**
 * Keeps `--keyboard` on an element: how many pixels of the window the keyboard of a phone covers. What is fixed to the
 * bottom of the window lies behind it otherwise. An attachment.
 */
export function keyboardInset(element: HTMLElement): (() => void) | undefined {
  const { visualViewport: seen } = window;
  if (!seen) return undefined;
  const measure = () => {
    const covered = Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    element.style.setProperty('--keyboard', `${Math.round(covered)}px`);
  };
  measure();
  seen.addEventListener('resize', measure);
  seen.addEventListener('scroll', measure);
  return () => {
    seen.removeEventListener('resize', measure);
    seen.removeEventListener('scroll', measure);
  };
}
