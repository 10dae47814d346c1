/** What stands between the whole and the rest of a number. */
export type DecimalSign = '.' | ',';

const written = {
  '.': /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i,
  ',': /^[-+]?(?:\d+(?:,\d*)?|,\d+)(?:e[-+]?\d+)?$/i,
};

/** What programs write where there is no value. */
const missing: readonly string[] = ['', 'na', 'n/a', 'nan', 'null', '-'];

/** Whether a cell says that there is no value. */
export const isMissing = (cell: string): boolean => missing.includes(cell.trim().toLowerCase());

/**
 * The number in a cell; null where it holds none. Strict: a number with separators of thousands, a unit, or the other
 * decimal sign is none, rather than another number.
 */
export function numberInCell(cell: string, sign: DecimalSign): number | null {
  const text = cell.trim().replace('−', '-');
  if (!written[sign].test(text)) return null;
  const value = Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}

/** The decimal sign of a table: a comma where numbers have one and none has a point. */
export function decimalSignOf(cells: Iterable<string>): DecimalSign {
  let commas = false;
  for (const cell of cells) {
    if (cell.includes('.') && numberInCell(cell, '.') !== null) return '.';
    commas = commas || (cell.includes(',') && numberInCell(cell, ',') !== null);
  }
  return commas ? ',' : '.';
}

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[-+]\d{2}:?\d{2})?$/i;
const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?$/;

/**
 * The time in a cell, as an instant; null where it is none. ISO 8601, with or without a zone, and `21.11.2026 14:05:00`;
 * without a zone it is the time of this computer. Dates with slashes mean different days to different people: they are none.
 */
export function timeInCell(cell: string): string | null {
  const text = cell.trim();
  const isoParts = iso.exec(text);
  if (isoParts) {
    const [, year, month, day, hour, minute, second, fraction, zone] = isoParts;
    return instantOf([year, month, day, hour, minute, second], { fraction, zone });
  }
  const parts = dotted.exec(text);
  if (!parts) return null;
  const [, day, month, year, hour, minute, second, fraction] = parts;
  return instantOf([year, month, day, hour, minute, second], { fraction, zone: undefined });
}

function instantOf(
  parts: readonly (string | undefined)[],
  { fraction = '', zone }: { fraction: string | undefined; zone: string | undefined },
): string | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const asked = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  // 31 February is no day, 24:61 no time: they would silently be others.
  const whole = new Date(asked);
  const same = whole.getUTCMonth() === month - 1 && whole.getUTCDate() === day && whole.getUTCMinutes() === minute;
  if (!same || hour > 23 || second > 59) return null;
  const local = new Date(year, month - 1, day, hour, minute, second, milliseconds).getTime();
  return new Date(zone === undefined ? local : asked - offsetOf(zone)).toISOString();
}

/** Milliseconds that a zone such as `+02:00` is ahead of UTC. */
function offsetOf(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
