/** The font of a canvas, as large as text of that many rem: it grows with the page on a wall screen. */
export function chartFont(rem: number, pixelRatio = 1): string {
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return `${rem * root * pixelRatio}px Inter, ui-sans-serif, system-ui, sans-serif`;
}
