import { align, bag, overlap, type Aligned } from './align.ts';
import { whole, type ComparedNode } from './compare-node.ts';
import { nodeKey, sameAttrs, wordsIn, type DocNode } from './plain-node.ts';

type Compare = (old: DocNode, now: DocNode) => ComparedNode;
type Column = { index: number; key: string; head: string; words: ReturnType<typeof bag> };
type Line = { row: DocNode; cells: readonly DocNode[]; key: string; words: ReturnType<typeof bag> };

/**
 * Compares two tables by columns and rows: a column that came or went is that, and not a change of every row. Null where
 * cells span others: those are compared row by row.
 */
export function compareTables(old: DocNode, now: DocNode, compare: Compare): ComparedNode[] | null {
  const [oldRows, newRows] = [grid(old), grid(now)];
  if (!oldRows || !newRows) return null;
  const columns = align(columnsOf(oldRows), columnsOf(newRows), {
    key: ({ key }) => key,
    likeness: (one, other) => {
      const share = overlap(one.words, other.words);
      return one.head !== '' && one.head === other.head ? 1 + share : 0.01 + share;
    },
  });
  const shared = columns.flatMap((pair) =>
    'old' in pair && 'now' in pair ? [[pair.old.index, pair.now.index] as const] : [],
  );
  const line = (row: DocNode, indices: readonly number[]): Line => {
    const cells = indices.flatMap((index) => row.content?.[index] ?? []);
    return { row, cells, key: cells.map(nodeKey).join(), words: bag(cells.map(wordsIn).join(' ')) };
  };
  const rows = align(
    oldRows.map((row) =>
      line(
        row,
        shared.map(([index]) => index),
      ),
    ),
    newRows.map((row) =>
      line(
        row,
        shared.map(([, index]) => index),
      ),
    ),
    { key: ({ key }) => key, likeness: alikeRows },
  );
  return rows.map((pair) => rowOf(pair, columns, compare));
}

/** The rows of a table whose cells stand one by one in as many columns everywhere. */
function grid(table: DocNode): readonly DocNode[] | null {
  const rows = table.content ?? [];
  const width = rows[0]?.content?.length ?? 0;
  const isPlain = rows.every(
    ({ type, content = [] }) => type === 'tableRow' && content.length === width && content.every(isSingle),
  );
  return isPlain && width > 0 ? rows : null;
}

const isSingle = ({ attrs = {} }: DocNode): boolean => (attrs['colspan'] ?? 1) === 1 && (attrs['rowspan'] ?? 1) === 1;

function columnsOf(rows: readonly DocNode[]): Column[] {
  return (rows[0]?.content ?? []).map((_, index) => {
    const cells = rows.flatMap(({ content }) => content?.[index] ?? []);
    const [first] = cells;
    return {
      index,
      key: cells.map(nodeKey).join(),
      head: first ? wordsIn(first).trim() : '',
      words: bag(cells.map(wordsIn).join(' ')),
    };
  });
}

/** Rows with the same first cell are the same row, whatever was measured in it. */
function alikeRows(old: Line, now: Line): number {
  const share = overlap(old.words, now.words);
  const [one, other] = [old.cells[0], now.cells[0]];
  const head = one ? wordsIn(one).trim() : '';
  if (other && head !== '' && head === wordsIn(other).trim()) return 0.5 + share;
  return share >= 0.3 || old.words.size === 0 || now.words.size === 0 ? share + 0.01 : 0;
}

function rowOf(pair: Aligned<Line>, columns: readonly Aligned<Column>[], compare: Compare): ComparedNode {
  const old = 'old' in pair ? pair.old.row : null;
  const now = 'now' in pair ? pair.now.row : null;
  const change = old && now ? 'kept' : old ? 'removed' : 'added';
  const content = columns.map((column) => {
    const before = 'old' in column ? old?.content?.[column.old.index] : undefined;
    const after = 'now' in column ? now?.content?.[column.now.index] : undefined;
    if (before && after) return compare(before, after);
    if (before) return whole(before, 'removed');
    if (after) return whole(after, 'added');
    return { change: 'filler', type: 'tableCell' } as const;
  });
  const attrs = now ? now.attrs : old?.attrs;
  const was = old && now && !sameAttrs(old.attrs, now.attrs) ? { was: { attrs: old.attrs ?? {} } } : {};
  return { change, type: 'tableRow', ...(attrs && { attrs }), ...was, content };
}
