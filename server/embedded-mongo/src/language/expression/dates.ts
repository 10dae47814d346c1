import { int32, ObjectId, Timestamp, typeName, type Value } from '../../bson/value.ts';
import { location, notSupported } from '../errors.ts';
import {
  compileArguments,
  namedArguments,
  nullish,
  type Expression,
  type ExpressionContext,
  type Operator,
} from './core.ts';

/** An operator that takes a date, or `{date}`, and gives a number in UTC. */
const datePart =
  (part: (date: Date) => Value): Operator =>
  (operand, context, name) => {
    const evaluate = dateArgument(operand, context, name);
    return (scope) => {
      const value = evaluate(scope);
      return nullish(value) ? null : part(toDate(value));
    };
  };

function dateArgument(operand: Value, context: ExpressionContext, name: string): Expression {
  if (operand instanceof Map && !operand.keys().next().value?.startsWith('$')) {
    const codes = { notObject: 40535, unknown: 40535, missing: 40539 };
    const parts = namedArguments(name, operand, { required: ['date'], optional: ['timezone'], codes });
    const zone = parts.get('timezone');
    if (zone !== undefined && zone !== 'UTC') throw notSupported(`${name} in a time zone other than UTC`);
    return context.compile(parts.get('date') ?? null, context);
  }
  const [date, ...more] = compileArguments(operand, context);
  if (!date || more.length > 0) throw location(40536, `${name} accepts exactly one argument if given an array`);
  return date;
}

/** @throws MongoError 16006 for what is no date. */
function toDate(value: Value): Date {
  if (value instanceof Date) return value;
  if (value instanceof Timestamp) return new Date(value.getHighBitsUnsigned() * 1000);
  if (value instanceof ObjectId) return value.getTimestamp();
  throw location(16006, `can't convert from BSON type ${typeName(value)} to Date`);
}

const DAY = 86_400_000;
const dayNumber = (date: Date): number => Math.floor(date.getTime() / DAY);
const yearStart = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1) / DAY;

const dayOfYear = (date: Date): number => dayNumber(date) - yearStart(date.getUTCFullYear()) + 1;

/** Monday is 1, Sunday 7. */
const isoDayOfWeek = (date: Date): number => ((date.getUTCDay() + 6) % 7) + 1;

/** ISO 8601: a week belongs to the year that its Thursday is in. */
function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date((dayNumber(date) - isoDayOfWeek(date) + 4) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((dayNumber(thursday) - yearStart(year)) / 7) + 1 };
}

/** Weeks begin on Sunday; the days before the first Sunday are week 0. */
const sundayWeek = (date: Date): number => Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7);

export const dates: Record<string, Operator> = {
  $year: datePart((date) => int32(date.getUTCFullYear())),
  $month: datePart((date) => int32(date.getUTCMonth() + 1)),
  $dayOfMonth: datePart((date) => int32(date.getUTCDate())),
  $dayOfYear: datePart((date) => int32(dayOfYear(date))),
  $dayOfWeek: datePart((date) => int32(date.getUTCDay() + 1)),
  $isoDayOfWeek: datePart((date) => int32(isoDayOfWeek(date))),
  $isoWeek: datePart((date) => int32(isoWeek(date).week)),
  $isoWeekYear: datePart((date) => BigInt(isoWeek(date).year)),
  $week: datePart((date) => int32(sundayWeek(date))),
  $hour: datePart((date) => int32(date.getUTCHours())),
  $minute: datePart((date) => int32(date.getUTCMinutes())),
  $second: datePart((date) => int32(date.getUTCSeconds())),
  $millisecond: datePart((date) => int32(date.getUTCMilliseconds())),
};
