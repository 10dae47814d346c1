import { int32, Int32, isInt32, typeName, type Value } from '../../bson/value.ts';
import { badValue, location, notSupported, overflow, typeMismatch } from '../errors.ts';
import { binary, nullish, unary, variadic, type Operator } from './core.ts';
import { fitsLong, integer, isIntegral, isNumeric, Sum, toBig, toDouble, type Numeric } from './numbers.ts';

type Operand = Value | undefined;

function add(values: Iterable<Operand>): Value {
  const sum = new Sum();
  let date: Date | undefined;
  for (const value of values) {
    if (nullish(value)) return null;
    if (isNumeric(value)) sum.add(value);
    else if (!(value instanceof Date))
      throw typeMismatch(`$add only supports numeric or date types, not ${typeName(value)}`);
    else if (date) throw location(16612, 'only one date allowed in an $add expression');
    else date = value;
  }
  return date ? moved(date, sum.double(), '$add') : sum.value();
}

/** A fraction of a millisecond is rounded, a half away from zero. */
function moved(date: Date, by: number, name: string): Date {
  const out = new Date(date.getTime() + Math.sign(by) * Math.round(Math.abs(by)));
  if (Number.isNaN(out.getTime())) throw overflow(`date overflow in ${name}`);
  return out;
}

function subtract(a: Operand, b: Operand): Value {
  if (nullish(a) || nullish(b)) return null;
  if (isNumeric(a) && isNumeric(b)) {
    if (isIntegral(a) && isIntegral(b))
      return integer(toBig(a) - toBig(b), !(a instanceof Int32 && b instanceof Int32));
    return toDouble(a) - toDouble(b);
  }
  if (a instanceof Date && b instanceof Date) return BigInt(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return moved(a, -toDouble(b), '$subtract');
  throw typeMismatch(`can't $subtract ${typeName(b)} from ${typeName(a)}`);
}

function multiply(values: Iterable<Operand>): Value {
  let exact = 1n;
  let double = 1;
  let long = false;
  let integral = true;
  for (const value of values) {
    if (nullish(value)) return null;
    if (!isNumeric(value)) throw typeMismatch(`$multiply only supports numeric types, not ${typeName(value)}`);
    double *= toDouble(value);
    if (isIntegral(value)) exact *= toBig(value);
    else integral = false;
    long ||= typeof value === 'bigint';
  }
  return integral && fitsLong(exact) ? integer(exact, long) : double;
}

function divide(a: Operand, b: Operand): Value {
  if (nullish(a) || nullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b))
    throw typeMismatch(`$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  if (toDouble(b) === 0) throw badValue("can't $divide by zero");
  return toDouble(a) / toDouble(b);
}

function modulo(a: Operand, b: Operand): Value {
  if (nullish(a) || nullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b))
    throw location(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  if (toDouble(b) === 0) throw location(16610, "can't $mod by zero");
  // A whole double divisor counts as an int32.
  const divisor = typeof b === 'number' && isInt32(b) ? int32(b) : b;
  if (isIntegral(a) && isIntegral(divisor))
    return integer(toBig(a) % toBig(divisor), !(a instanceof Int32 && divisor instanceof Int32));
  return toDouble(a) % toDouble(b);
}

function numericOnly(apply: (value: Numeric) => Value): Operator {
  return unary((value, name) => {
    if (nullish(value)) return null;
    if (!isNumeric(value)) throw location(28765, `${name} only supports numeric types, not ${typeName(value)}`);
    return apply(value);
  });
}

function absolute(value: Numeric): Value {
  if (typeof value === 'number') return Math.abs(value);
  const exact = toBig(value);
  if (exact === -(2n ** 63n)) throw location(28680, "can't take $abs of long long min");
  return integer(exact < 0n ? -exact : exact, typeof value === 'bigint');
}

const rounding = (round: (value: number) => number): Operator =>
  variadic({
    min: 1,
    max: 2,
    apply(values, name) {
      const [value, place = int32(0)] = values;
      if (nullish(value) || place === null) return null;
      if (!isNumeric(value)) throw location(51081, `${name} only supports numeric types, not ${typeName(value)}`);
      const at = isNumeric(place) ? toDouble(place) : Number.NaN;
      if (!Number.isInteger(at)) throw location(51082, `precision argument to  ${name} must be a integral value`);
      if (at < -20 || at > 100) throw location(51083, `cannot apply ${name} with precision value ${at}`);
      if (at !== 0) throw notSupported(`${name} to a place other than 0`);
      return typeof value === 'number' ? round(value) : value;
    },
  });

/** A half goes to the even neighbour. */
function toEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : Math.ceil(value);
}

export const arithmetic: Record<string, Operator> = {
  $add: variadic({ apply: add }),
  $subtract: binary(subtract),
  $multiply: variadic({ apply: multiply }),
  $divide: binary(divide),
  $mod: binary(modulo),
  $abs: numericOnly(absolute),
  $ceil: numericOnly((value) => (typeof value === 'number' ? Math.ceil(value) : value)),
  $floor: numericOnly((value) => (typeof value === 'number' ? Math.floor(value) : value)),
  $rand: (operand, _, name) => {
    if (!(operand instanceof Map) || operand.size > 0)
      throw location(3040501, `${name} does not currently accept arguments`);
    return () => Math.random();
  },
  $round: rounding(toEven),
  $trunc: rounding(Math.trunc),
};
