/** The colours a chart draws with: the tokens of app.css, as the theme has them now. */
export type Palette = Record<(typeof tokens)[number], string>;

const tokens = [
  'ink',
  'muted',
  'line',
  'surface',
  'accent-ink',
  'accent-soft',
  'blue',
  'red',
  'orange',
  'yellow',
  'line-strong',
  'green-soft',
  'yellow-soft',
  'orange-soft',
] as const;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colours = tokens.map((token) => [token, style.getPropertyValue(`--${token}`).trim()]);
  return Object.fromEntries(colours) as Palette;
}

/** Calls `listener` after the theme was switched. Returns its clean-up. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
