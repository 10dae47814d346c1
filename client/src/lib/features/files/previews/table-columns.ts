import type { TableColumn } from './table-store.ts';

/** Pixels of a letter in a table, and of what is around a cell's text. */
const letter = 7.3;
const padding = 24;
/** The narrowest and the widest column, in letters. */
const [fewest, most] = [4, 48];

/** Where each column begins, in pixels, and where the last one ends. */
export function columnEdges(columns: readonly TableColumn[]): number[] {
  const edges = [0];
  for (const { letters } of columns) {
    const width = Math.min(most, Math.max(fewest, letters)) * letter + padding;
    edges.push((edges.at(-1) ?? 0) + Math.round(width));
  }
  return edges;
}

/** The first column that is in sight, and the one after the last. */
export function columnsInSight(
  edges: readonly number[],
  { from, width }: { from: number; width: number },
): {
  first: number;
  last: number;
} {
  const count = edges.length - 1;
  const first = edges.findIndex((_, column) => (edges[column + 1] ?? Infinity) > from);
  const beyond = edges.findIndex((edge) => edge >= from + width);
  return { first: Math.max(0, Math.min(first, count)), last: beyond < 0 ? count : Math.min(count, beyond) };
}

/** Cells as spreadsheets take them from the clipboard. */
export const asClipboardText = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((cells) => cells.map((cell) => (/[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t'))
    .join('\n');
