import type { Node } from '@tiptap/pm/model';

/** A heading of a document, for its table of contents. */
export type Heading = {
  /** Which heading of the document it is, from 0. */
  place: number;
  level: number;
  text: string;
};

/** The headings at the top of a document, in order, empty ones left out. */
export function headingsIn(document: Node): Heading[] {
  const headings: Heading[] = [];
  let place = 0;
  document.forEach((node) => {
    if (node.type.name !== 'heading') return;
    const text = node.textContent.trim();
    if (text !== '') headings.push({ place, level: Number(node.attrs['level']), text });
    place++;
  });
  return headings;
}

/** Where a heading starts, as a position in the document; null if it is gone. */
export function headingPosition(document: Node, { place }: Heading): number | null {
  let found: number | null = null;
  let at = 0;
  document.forEach((node, offset) => {
    if (node.type.name !== 'heading') return;
    if (at++ === place) found = offset;
  });
  return found;
}

export const sameHeadings = (a: readonly Heading[], b: readonly Heading[]): boolean =>
  a.length === b.length &&
  a.every((one, index) => {
    const other = b[index];
    return one.place === other?.place && one.level === other.level && one.text === other.text;
  });
