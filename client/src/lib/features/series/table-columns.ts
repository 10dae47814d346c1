import type { CsvRecord } from '@cobench/shared/csv/csv-table';
import { isMissing, numberInCell, timeInCell, type DecimalSign } from '@cobench/shared/csv/csv-cells';
import type { ColumnRole } from './points-table.ts';

/** So many lines are looked at to find out what the columns are. */
const looked = 50;

/** Whether the first line says what the columns are called, rather than being a point. */
export function hasHeader(records: readonly CsvRecord[], sign: DecimalSign): boolean {
  const first = records[0]?.cells ?? [];
  return first.some((cell) => cell !== '') && first.every((cell) => !isNumber(cell, sign) && timeInCell(cell) === null);
}

/** The columns by name; those that have none are numbered. */
export function columnNames(records: readonly CsvRecord[], header: boolean): string[] {
  const first = records[0]?.cells ?? [];
  return first.map((cell, i) => (header && cell !== '' ? cell : `Column ${i + 1}`));
}

const names: Partial<Record<ColumnRole, RegExp>> = {
  key: /^(key|id|uuid|point id)$/i,
  time: /^(at|time|date|datetime|timestamp|measured at|zeit|datum|zeitpunkt)$/i,
  size: /^(size|n|sample size|inspected|units|stichprobe|umfang)$/i,
  label: /^(label|lot|batch|wafer|sample|name|los|charge|probe)$/i,
};
/** What people and the table of this product's own points call measurements, the surer ones first. */
const valueNames = [/^measured( \d+)?$/i, /^(x|value|wert|messwert|y)[ _-]?\d*$/i];

/** What the columns most likely are: by their names, else by what is in them. */
export function guessRoles(
  names_: readonly string[],
  { rows, sign }: { rows: readonly CsvRecord[]; sign: DecimalSign },
): ColumnRole[] {
  const seen = rows.slice(0, looked);
  const holds = (i: number, test: (cell: string) => boolean) => {
    const cells = seen.map(({ cells: all }) => all[i] ?? '').filter((cell) => !isMissing(cell));
    // A line with a fault in it does not hide what the others are.
    return cells.length > 0 && cells.filter(test).length * 2 >= cells.length;
  };
  const numeric = (i: number) => holds(i, (cell) => isNumber(cell, sign));
  const roles = names_.map((name, i): ColumnRole => {
    const named = (Object.keys(names) as ColumnRole[]).find((role) => names[role]?.test(name.trim())) ?? 'none';
    if (named === 'size' && !numeric(i)) return 'none';
    return named === 'time' && !holds(i, (cell) => timeInCell(cell) !== null) ? 'none' : named;
  });
  for (const pattern of valueNames) {
    const values = names_.map((name, i) => roles[i] === 'none' && pattern.test(name.trim()) && numeric(i));
    if (values.includes(true)) return once(roles.map((role, i) => (values[i] ? 'value' : role)));
  }
  const first = roles.findIndex((role, i) => role === 'none' && numeric(i));
  const time = roles.includes('time') ? -1 : roles.findIndex((role, i) => role === 'none' && isTimes(i));
  return once(roles.map((role, i) => (i === first ? 'value' : i === time ? 'time' : role)));

  function isTimes(i: number): boolean {
    return holds(i, (cell) => timeInCell(cell) !== null);
  }
}

/** Time, size and key are one column each: the first of them. */
function once(roles: readonly ColumnRole[]): ColumnRole[] {
  return roles.map((role, i) => (isOneOnly(role) && roles.indexOf(role) < i ? 'none' : role));
}

/** Whether only one column can be this. */
export const isOneOnly = (role: ColumnRole): boolean => role === 'time' || role === 'size' || role === 'key';

const isNumber = (cell: string, sign: DecimalSign): boolean => numberInCell(cell, sign) !== null;
