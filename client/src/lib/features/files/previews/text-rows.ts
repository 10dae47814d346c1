/** A piece of a line that is drawn as one row. */
export type TextRow = { line: number; from: number; to: number };

/** How a browser draws a tab. */
const tab = 4;

/**
 * The rows that lines are drawn as, where a row holds so many letters: a line of a million letters is many rows, so that no
 * browser has to lay it out at once. Tabs count as what they are drawn as.
 */
export function textRows(lines: readonly string[], columns: number): TextRow[] {
  const rows: TextRow[] = [];
  for (const [line, text] of lines.entries()) {
    if (text.length <= columns && !text.includes('\t')) rows.push({ line, from: 0, to: text.length });
    else breakLine(text, { line, columns, rows });
  }
  return rows;
}

function breakLine(text: string, { line, columns, rows }: { line: number; columns: number; rows: TextRow[] }): void {
  let from = 0;
  let taken = 0;
  for (let at = 0; at < text.length; at++) {
    taken += text[at] === '\t' ? tab : 1;
    // A letter beyond the first plane is two units that stay together.
    const half = text.charCodeAt(at + 1) >= 0xdc00 && text.charCodeAt(at + 1) <= 0xdfff;
    if (taken < columns || half || at + 1 === text.length) continue;
    rows.push({ line, from, to: at + 1 });
    from = at + 1;
    taken = 0;
  }
  rows.push({ line, from, to: text.length });
}

/** A text cut where a word stands in it, whatever its case: every second piece is the word. */
export function piecesOf(text: string, word: string): string[] {
  if (word === '') return [text];
  const pattern = new RegExp(`(${word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)})`, 'giu');
  return text.split(pattern);
}
