import type { CsvRecord } from '@cobench/shared/csv/csv-table';
import { isMissing, numberInCell, timeInCell, type DecimalSign } from '@cobench/shared/csv/csv-cells';
import type { ChartDefinition } from '@cobench/shared/series/chart';
import { NewPoint } from '@cobench/shared/series/point';
import { unfitPoint } from '@cobench/shared/series/unfit-point';

/** What a column of a table is to the points of a chart. */
export const columnRoles = ['value', 'size', 'time', 'label', 'key', 'none'] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** A point as a table brings it; without a key of its own. */
export type TablePoint = { line: number; point: Omit<NewPoint, 'key'>; key: string | null };
/** What is wrong with a line of a table. */
export type LineFault = { line: number; words: string };

type Reading = {
  columns: readonly string[];
  roles: readonly ColumnRole[];
  sign: DecimalSign;
  chart: Pick<ChartDefinition, 'kind' | 'sampleSize'>;
};

/** The points of a table, oldest first where a column says when they were measured, and what is wrong with the other lines. */
export function readPoints(
  records: readonly CsvRecord[],
  reading: Reading,
): { points: TablePoint[]; faults: LineFault[] } {
  const points: TablePoint[] = [];
  const faults: LineFault[] = [];
  const lineOfKey = new Map<string, number>();
  for (const record of records) {
    const read = readPoint(record, reading);
    if (typeof read === 'string') {
      faults.push({ line: record.line, words: read });
      continue;
    }
    const { key } = read;
    const other = key === null ? undefined : lineOfKey.get(key);
    if (other !== undefined) faults.push({ line: record.line, words: `The key “${key}” is on line ${other} too.` });
    else points.push(read);
    if (key !== null && other === undefined) lineOfKey.set(key, record.line);
  }
  const timed = reading.roles.includes('time');
  return { points: timed ? points.toSorted((a, b) => timeOf(a) - timeOf(b)) : points, faults };
}

const timeOf = ({ point }: TablePoint): number => Date.parse(point.at ?? '');

/** The point on a line, or what is wrong with it. */
function readPoint({ line, cells }: CsvRecord, { columns, roles, sign, chart }: Reading): TablePoint | string {
  if (cells.length !== columns.length) {
    return `It has ${cellCount(cells.length)} where the first line has ${columns.length}.`;
  }
  const items: (number | null)[] = [];
  let size: number | null = null;
  let at: string | undefined;
  let label = '';
  let key: string | null = null;
  for (const [i, cell] of cells.entries()) {
    const role = roles[i] ?? 'none';
    const name = columns[i] ?? '';
    if (role === 'value' || role === 'size') {
      const value = isMissing(cell) ? null : numberInCell(cell, sign);
      if (value === null && !isMissing(cell)) return noNumber(cell, { name, sign });
      if (role === 'value') items.push(value);
      else size = value;
    } else if (role === 'time') {
      const instant = timeInCell(cell);
      if (instant === null) return noTime(cell, name);
      at = instant;
    } else if (role === 'label') {
      label = label === '' ? cell : `${label} ${cell}`;
    } else if (role === 'key') {
      if (cell === '') return `There is no key in “${name}”.`;
      key = cell;
    }
  }
  const point = { items, size, label, ...(at !== undefined && { at }) };
  const parsed = NewPoint.safeParse({ ...point, key: key ?? 'line' });
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'It is no point of a chart.';
  const { key: _, ...fit } = parsed.data;
  return unfitPoint(chart, fit)?.words ?? { line, point: fit, key };
}

const cellCount = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`);

function noNumber(cell: string, { name, sign }: { name: string; sign: DecimalSign }): string {
  const other = sign === ',' ? '.' : ',';
  const hint =
    numberInCell(cell, other) === null ? '' : ` Numbers are read with a decimal ${sign === ',' ? 'comma' : 'point'}.`;
  return `“${short(cell)}” in “${name}” is not a number.${hint}`;
}

const noTime = (cell: string, name: string): string =>
  cell === ''
    ? `There is no time in “${name}”.`
    : `“${short(cell)}” in “${name}” is not a time: 2026-11-21 14:05 or 21.11.2026 14:05 is.`;

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
