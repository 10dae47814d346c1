type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element of an SVG document as text. `inside` is markup already: other elements, or text that `textOf` escaped. */
export function element(name: string, attributes: Attributes, inside = ''): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === 'number' ? short(value) : textOf(value)}"`],
  );
  return inside === '' ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${inside}</${name}>`;
}

/** Text as it may stand in an SVG document: it is shown, never read as markup, and holds only what XML allows. */
export const textOf = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** A number with as many digits as a drawing needs. */
export const short = (value: number): string => String(Math.round(value * 100) / 100);

/** Draws into the `d` of a path. */
export class PathPen {
  readonly #parts: string[] = [];

  moveTo(x: number, y: number): void {
    this.#parts.push(`M${short(x)} ${short(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#parts.push(`L${short(x)} ${short(y)}`);
  }

  get d(): string {
    return this.#parts.join('');
  }
}
