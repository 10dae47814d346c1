import { BSONRegExp, Int32, Timestamp, toNumber, typeName, type Value } from '../bson/value.ts';
import { compareValues, equalValues } from './compare.ts';
import { badValue, failedToParse, typeMismatch } from './errors.ts';
import { fitsLong, integer, isIntegral, isNumeric, toBig, toDouble, type Numeric } from './expression/numbers.ts';
import { compileFilter } from './filter.ts';
import { isOperators } from './filter-field.ts';
import type { Modifier } from './update-tree.ts';
import { compilePush } from './update-push.ts';

/** The update operators that change one value, by name. `$rename` is none of them: it is about two places. */
export const MODIFIERS: ReadonlyMap<string, (operand: Value, path: string) => Modifier> = new Map([
  ['$set', set],
  ['$setOnInsert', setOnInsert],
  ['$unset', () => UNSET],
  ['$inc', (operand: Value, path: string) => arithmetic('$inc', operand, path)],
  ['$mul', (operand: Value, path: string) => arithmetic('$mul', operand, path)],
  ['$min', (operand: Value) => extreme(operand, 1)],
  ['$max', (operand: Value) => extreme(operand, -1)],
  ['$currentDate', currentDate],
  ['$push', compilePush],
  ['$addToSet', addToSet],
  ['$pull', pull],
  ['$pullAll', pullAll],
  ['$pop', pop],
]);

export const UNSET: Modifier = { apply: () => undefined, missing: 'ignore-unviable' };

function set(operand: Value): Modifier {
  return { apply: () => operand, missing: 'create' };
}

function setOnInsert(operand: Value): Modifier {
  return { apply: () => operand, missing: 'create', idle: ({ inserting }) => !inserting };
}

function arithmetic(operator: '$inc' | '$mul', operand: Value, path: string): Modifier {
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  if (!isNumeric(operand))
    throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${typeName(operand)}}`);
  const start: Numeric = operator === '$inc' ? operand : zeroLike(operand);
  return {
    missing: 'create',
    apply(current) {
      if (current === undefined) return start;
      if (!isNumeric(current))
        throw typeMismatch(
          `Cannot apply ${operator} to a value of non-numeric type. The field '${path}' is of type ${typeName(current)}`,
        );
      return compute(operator, current, operand);
    },
  };
}

function zeroLike(value: Numeric): Numeric {
  if (value instanceof Int32) return new Int32(0);
  return typeof value === 'bigint' ? 0n : 0;
}

function compute(operator: '$inc' | '$mul', a: Numeric, b: Numeric): Value {
  if (!isIntegral(a) || !isIntegral(b))
    return operator === '$inc' ? toDouble(a) + toDouble(b) : toDouble(a) * toDouble(b);
  const exact = operator === '$inc' ? toBig(a) + toBig(b) : toBig(a) * toBig(b);
  if (!fitsLong(exact))
    throw badValue(`Failed to apply ${operator} operations to current value (${toBig(a)}) for document`);
  return integer(exact, typeof a === 'bigint' || typeof b === 'bigint');
}

function extreme(operand: Value, sign: 1 | -1): Modifier {
  return {
    missing: 'create',
    apply: (current) => (current === undefined || compareValues(operand, current) * sign < 0 ? operand : current),
  };
}

function currentDate(operand: Value): Modifier {
  const type = operand instanceof Map && operand.size === 1 ? operand.get('$type') : undefined;
  if (typeof operand !== 'boolean' && type !== 'date' && type !== 'timestamp')
    throw badValue(
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean or {$type: 'date'|'timestamp'}`,
    );
  return {
    missing: 'create',
    apply: (_, { now }) => (type === 'timestamp' ? new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }) : now),
  };
}

/** An operator on an array that is there. @throws MongoError with `error` when it is none. */
function onArray(error: (found: Value) => Error, apply: (array: Value[]) => Value[]): Modifier {
  return {
    missing: 'ignore',
    apply(current) {
      if (current !== undefined && !Array.isArray(current)) throw error(current);
      return current && apply(current);
    },
  };
}

function addToSet(operand: Value, path: string): Modifier {
  let values = [operand];
  if (operand instanceof Map && operand.keys().next().value === '$each') {
    const each = operand.get('$each');
    if (!Array.isArray(each))
      throw typeMismatch(`The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`);
    if (operand.size > 1) throw badValue('Found unexpected fields after $each in $addToSet');
    values = each;
  }
  return {
    missing: 'create',
    apply(current) {
      if (current !== undefined && !Array.isArray(current))
        throw badValue(
          `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${typeName(current)}`,
        );
      const out = [...(current ?? [])];
      for (const value of values) if (!out.some((member) => equalValues(member, value))) out.push(value);
      return out;
    },
  };
}

const cannotPull = () => badValue('Cannot apply $pull to a non-array value');

function pull(operand: Value): Modifier {
  const matches = pullCondition(operand);
  return onArray(cannotPull, (array) => array.filter((element) => !matches(element)));
}

/** A value to be equal to, operators or a regular expression on the element, or a query on elements that are documents. */
function pullCondition(operand: Value): (element: Value) => boolean {
  if (operand instanceof BSONRegExp || (isOperators(operand) && !LOGICAL.has(operand.keys().next().value ?? ''))) {
    const filter = compileFilter(new Map([['', operand]]));
    return (element) => filter.matches(new Map([['', element]]));
  }
  if (operand instanceof Map) {
    const filter = compileFilter(operand);
    return (element) => element instanceof Map && filter.matches(element);
  }
  return (element) => equalValues(element, operand);
}
const LOGICAL = new Set(['$and', '$or', '$nor', '$expr']);

function pullAll(operand: Value): Modifier {
  if (!Array.isArray(operand))
    throw badValue(`$pullAll requires an array argument but was given a ${typeName(operand)}`);
  return onArray(cannotPull, (array) =>
    array.filter((element) => !operand.some((member) => equalValues(member, element))),
  );
}

function pop(operand: Value, path: string): Modifier {
  const end = toNumber(operand);
  if (end === undefined) throw failedToParse(`Expected a number in: ${path}`);
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${end}`);
  return onArray(
    (found) => typeMismatch(`Path '${path}' contains an element of non-array type '${typeName(found)}'`),
    (array) => (end === 1 ? array.slice(0, -1) : array.slice(1)),
  );
}
