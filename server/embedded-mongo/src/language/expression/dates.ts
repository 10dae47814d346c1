import { int32, typeName, type Value } from '../../bson/value.ts';
import { location } from '../errors.ts';
import {
  compileArguments,
  namedArguments,
  nullish,
  type Expression,
  type ExpressionContext,
  type Operator,
} from './core.ts';
import {
  dayOfYear,
  isoDayOfWeek,
  isoWeek,
  sundayWeek,
  timeZone,
  toDate,
  UTC,
  wallClock,
  type WallClock,
  type Zone,
} from './time.ts';

/** An operator that takes a date, or `{date, timezone}`, and gives a number. */
const datePart =
  (part: (wall: WallClock) => Value): Operator =>
  (operand, context, name) => {
    const { date, zone } = dateArguments(operand, context, name);
    return (scope) => {
      const value = date(scope);
      const inZone = zone(scope);
      return nullish(value) || !inZone ? null : part(wallClock(toDate(value), inZone));
    };
  };

function dateArguments(operand: Value, context: ExpressionContext, name: string) {
  if (operand instanceof Map && !operand.keys().next().value?.startsWith('$')) {
    const parts = namedArguments(name, operand, {
      required: ['date'],
      optional: ['timezone'],
      codes: { notObject: 40535, unknown: 40535, missing: 40539 },
    });
    const zone = parts.get('timezone');
    return { date: context.compile(parts.get('date') ?? null, context), zone: compileZone(zone, context, name) };
  }
  const [date, ...more] = compileArguments(operand, context);
  if (!date || more.length > 0) throw location(40536, `${name} accepts exactly one argument if given an array`);
  return { date, zone: compileZone(undefined, context, name) };
}

/** The zone, UTC when none is named; `undefined` when its expression gives null. */
function compileZone(given: Value | undefined, context: ExpressionContext, name: string) {
  if (given === undefined) return (): Zone | undefined => UTC;
  const zone: Expression = context.compile(given, context);
  return (scope: Parameters<Expression>[0]): Zone | undefined => {
    const value = zone(scope);
    if (nullish(value)) return undefined;
    if (typeof value !== 'string')
      throw location(40517, `${name} requires a string for the timezone argument, but was given a ${typeName(value)}`);
    return timeZone(value);
  };
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

const FORMATS: Record<string, (wall: WallClock, offset: number) => string> = {
  '%': () => '%',
  d: (wall) => padded(wall.getUTCDate(), 2),
  G: (wall) => padded(isoWeek(wall).year, 4),
  H: (wall) => padded(wall.getUTCHours(), 2),
  j: (wall) => padded(dayOfYear(wall), 3),
  L: (wall) => padded(wall.getUTCMilliseconds(), 3),
  m: (wall) => padded(wall.getUTCMonth() + 1, 2),
  M: (wall) => padded(wall.getUTCMinutes(), 2),
  S: (wall) => padded(wall.getUTCSeconds(), 2),
  u: (wall) => String(isoDayOfWeek(wall)),
  U: (wall) => padded(sundayWeek(wall), 2),
  V: (wall) => padded(isoWeek(wall).week, 2),
  w: (wall) => String(wall.getUTCDay() + 1),
  Y: (wall) => padded(wall.getUTCFullYear(), 4),
  z: (_, offset) => {
    const minutes = Math.abs(Math.trunc(offset / 60_000));
    return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}${padded(minutes % 60, 2)}`;
  },
  Z: (_, offset) => String(Math.trunc(offset / 60_000)),
};

function checkedFormat(format: Value): string {
  if (typeof format !== 'string')
    throw location(18533, `$dateToString requires that 'format' be a string, found: ${typeName(format)}`);
  for (const [, specifier = ''] of format.matchAll(/%([^]?)/g)) {
    if (specifier === '') throw location(18535, "Unmatched '%' at end of format string");
    if (!Object.hasOwn(FORMATS, specifier))
      throw location(18536, `Invalid format character '%${specifier}' in format string`);
  }
  return format;
}

const dateToString: Operator = (operand, context, name) => {
  const parts = namedArguments(name, operand, {
    required: ['date'],
    optional: ['format', 'timezone', 'onNull'],
    codes: { notObject: 18629, unknown: 18534, missing: 18628 },
  });
  const date = context.compile(parts.get('date') ?? null, context);
  const given = parts.get('format');
  const fixed = typeof given === 'string' && !given.startsWith('$') ? checkedFormat(given) : undefined;
  const format = given === undefined ? undefined : context.compile(given, context);
  const zone = compileZone(parts.get('timezone'), context, name);
  const onNull = context.compile(parts.get('onNull') ?? null, context);
  return (scope) => {
    const value = date(scope);
    if (nullish(value)) return onNull(scope);
    const inZone = zone(scope);
    const pattern = fixed ?? (format ? format(scope) : undefined);
    if (!inZone || (format && nullish(pattern))) return null;
    const moment = toDate(value);
    const offset = inZone(moment);
    const text = nullish(pattern)
      ? `%Y-%m-%dT%H:%M:%S.%L${inZone === UTC ? 'Z' : ''}`
      : (fixed ?? checkedFormat(pattern));
    const wall = wallClock(moment, inZone);
    if (wall.getUTCFullYear() < 0 || wall.getUTCFullYear() > 9999)
      throw location(18537, '$dateToString is only defined on year 0-9999');
    return text.replaceAll(/%([^])/g, (_, specifier: string) => FORMATS[specifier]?.(wall, offset) ?? '');
  };
};

export const dates: Record<string, Operator> = {
  $year: datePart((wall) => int32(wall.getUTCFullYear())),
  $month: datePart((wall) => int32(wall.getUTCMonth() + 1)),
  $dayOfMonth: datePart((wall) => int32(wall.getUTCDate())),
  $dayOfYear: datePart((wall) => int32(dayOfYear(wall))),
  $dayOfWeek: datePart((wall) => int32(wall.getUTCDay() + 1)),
  $isoDayOfWeek: datePart((wall) => int32(isoDayOfWeek(wall))),
  $isoWeek: datePart((wall) => int32(isoWeek(wall).week)),
  $isoWeekYear: datePart((wall) => BigInt(isoWeek(wall).year)),
  $week: datePart((wall) => int32(sundayWeek(wall))),
  $hour: datePart((wall) => int32(wall.getUTCHours())),
  $minute: datePart((wall) => int32(wall.getUTCMinutes())),
  $second: datePart((wall) => int32(wall.getUTCSeconds())),
  $millisecond: datePart((wall) => int32(wall.getUTCMilliseconds())),
  $dateToString: dateToString,
};
