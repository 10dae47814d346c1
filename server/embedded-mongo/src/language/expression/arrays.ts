import { int32, toNumber, typeName, type Doc, type Value } from '../../bson/value.ts';
import { equalValues } from '../compare.ts';
import { location } from '../errors.ts';
import {
  binary,
  declare,
  namedArguments,
  nullish,
  truthy,
  unary,
  variadic,
  type Expression,
  type Operator,
} from './core.ts';

type Operand = Value | undefined;

/** An operator on one array that gives null for null. */
const onArray = (code: number, apply: (array: Value[]) => Operand): Operator =>
  unary((value, name) => {
    if (nullish(value)) return null;
    if (!Array.isArray(value)) throw location(code, `${name}'s argument must be an array, but is ${typeName(value)}`);
    return apply(value);
  });

/** An int32 in a place where MongoDB wants one. */
function position(value: Operand, codes: { type: number; integral: number }, name: string): number {
  const number = toNumber(value);
  if (number === undefined)
    throw location(codes.type, `${name}'s argument must be a numeric value, but is ${typeName(value)}`);
  if (number !== (number | 0))
    throw location(codes.integral, `${name}'s argument must be representable as a 32-bit integer: ${number}`);
  return number;
}

function elementAt(array: Operand, index: Operand, name: string): Operand {
  if (nullish(array) || nullish(index)) return null;
  if (!Array.isArray(array))
    throw location(28689, `${name}'s first argument must be an array, but is ${typeName(array)}`);
  return array.at(position(index, { type: 28690, integral: 28691 }, name));
}

function slice(values: Iterable<Operand>, name: string, given: number): Operand {
  const [array, second, third] = values;
  if (nullish(array) || nullish(second) || (given === 3 && nullish(third))) return null;
  if (!Array.isArray(array))
    throw location(28724, `First argument to ${name} must be an array, but is of type: ${typeName(array)}`);
  const from = position(second, { type: 28725, integral: 28726 }, name);
  if (given === 2) return from < 0 ? array.slice(from) : array.slice(0, from);
  const count = position(third, { type: 28727, integral: 28728 }, name);
  if (count <= 0) throw location(28729, `Third argument to ${name} must be positive: ${count}`);
  const start = from < 0 ? Math.max(0, array.length + from) : from;
  return array.slice(start, start + count);
}

function concatArrays(values: Iterable<Operand>, name: string): Operand {
  const out: Value[] = [];
  for (const value of values) {
    if (nullish(value)) return null;
    if (!Array.isArray(value)) throw location(28664, `${name} only supports arrays, not ${typeName(value)}`);
    out.push(...value);
  }
  return out;
}

/** The array an operator with a variable walks over; `undefined` for null. */
function inputArray(
  input: Expression,
  code: number,
  name: string,
): (scope: Parameters<Expression>[0]) => Value[] | undefined {
  return (scope) => {
    const value = input(scope);
    if (nullish(value)) return undefined;
    if (!Array.isArray(value)) throw location(code, `input to ${name} must be an array not ${typeName(value)}`);
    return value;
  };
}

function variableName(value: Operand): string {
  if (value === undefined) return 'this';
  if (typeof value !== 'string') throw location(10065, `invalid parameter: expected a string (as)`);
  return value;
}

const map: Operator = (operand, context, name) => {
  const parts = namedArguments(name, operand, {
    required: ['input', 'in'],
    optional: ['as'],
    codes: { notObject: 16878, unknown: 16879, missing: [16880, 16882] },
  });
  const input = inputArray(context.compile(parts.get('input') ?? null, context), 16883, name);
  const { inner, slot } = declare(context, variableName(parts.get('as')));
  const each = context.compile(parts.get('in') ?? null, inner);
  return (scope) =>
    input(scope)?.map((element) => {
      scope.vars[slot] = element;
      return each(scope) ?? null;
    }) ?? null;
};

const filter: Operator = (operand, context, name) => {
  const parts = namedArguments(name, operand, {
    required: ['input', 'cond'],
    optional: ['as', 'limit'],
    codes: { notObject: 28646, unknown: 28647, missing: [28648, 28650] },
  });
  const input = inputArray(context.compile(parts.get('input') ?? null, context), 28651, name);
  const { inner, slot } = declare(context, variableName(parts.get('as')));
  const condition = context.compile(parts.get('cond') ?? null, inner);
  const limit = context.compile(parts.get('limit') ?? null, context);
  return (scope) => {
    const array = input(scope);
    if (!array) return null;
    const wanted = limit(scope);
    const most = nullish(wanted) ? array.length : position(wanted, { type: 327391, integral: 327391 }, name);
    if (!nullish(wanted) && most < 1) throw location(327392, `${name}: limit must be greater than 0: ${most}`);
    const out: Value[] = [];
    for (const element of array) {
      if (out.length >= most) break;
      scope.vars[slot] = element;
      if (truthy(condition(scope))) out.push(element);
    }
    return out;
  };
};

const reduce: Operator = (operand, context, name) => {
  const parts = namedArguments(name, operand, {
    required: ['input', 'initialValue', 'in'],
    codes: { notObject: 40075, unknown: 40076, missing: [40077, 40078, 40079] },
  });
  const input = inputArray(context.compile(parts.get('input') ?? null, context), 40080, name);
  const initial = context.compile(parts.get('initialValue') ?? null, context);
  const element = declare(context, 'this');
  const value = declare(element.inner, 'value');
  const step = context.compile(parts.get('in') ?? null, value.inner);
  return (scope) => {
    const array = input(scope);
    if (!array) return null;
    let current = initial(scope);
    for (const member of array) {
      scope.vars[element.slot] = member;
      scope.vars[value.slot] = current;
      current = step(scope);
    }
    return current;
  };
};

function mergeObjects(values: Iterable<Operand>): Doc {
  const out: Doc = new Map();
  for (const value of values) {
    if (nullish(value)) continue;
    if (!(value instanceof Map))
      throw location(40400, `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`);
    for (const [key, member] of value) out.set(key, member);
  }
  return out;
}

const sliceOperator: Operator = (operand, context, name) => {
  const given = Array.isArray(operand) ? operand.length : 1;
  return variadic({ min: 2, max: 3, apply: (values) => slice(values, name, given) })(operand, context, name);
};

export const arrays: Record<string, Operator> = {
  $arrayElemAt: binary(elementAt),
  $first: onArray(28689, (array) => array[0]),
  $last: onArray(28689, (array) => array.at(-1)),
  $in: binary((value, array) => {
    if (!Array.isArray(array))
      throw location(40081, `$in requires an array as a second argument, found: ${typeName(array)}`);
    return array.some((member) => equalValues(member, value));
  }),
  $size: unary((value) => {
    if (!Array.isArray(value))
      throw location(17124, `The argument to $size must be an array, but was of type: ${typeName(value)}`);
    return int32(value.length);
  }),
  $isArray: unary((value) => Array.isArray(value)),
  $concatArrays: variadic({ apply: concatArrays }),
  $slice: sliceOperator,
  $reverseArray: onArray(34435, (array) => array.toReversed()),
  $map: map,
  $filter: filter,
  $reduce: reduce,
  $mergeObjects: variadic({ apply: mergeObjects }),
};
