import {
  BSONRegExp,
  Decimal128,
  Int32,
  MaxKey,
  MinKey,
  Opaque,
  toNumber,
  TYPE_OF_NAME,
  typeNumber,
  type Doc,
  type Value,
} from '../bson/value.ts';
import { compareSameType, ORDER, typeOrder } from './compare.ts';
import { badValue, failedToParse, location, typeMismatch } from './errors.ts';
import { truthy } from './expression/expression.ts';
import { addBound, type Bound, type Bounds } from './filter-bounds.ts';
import { anyAtPath, queryPath, type Position, type QueryPath, type Test } from './path.ts';
import { compileBsonRegex, compileRegex } from './regex.ts';
import { ValueSet } from './value-map.ts';

export type FieldContext = {
  /** Where conditions that every match meets are noted; `undefined` inside alternatives and negations. */
  bounds: Bounds | undefined;
  /** Top-level names read; `''` stands for the whole document. */
  fields: Set<string>;
};

/** A condition on a path: asked of a document, or of one value that stands where the path leads (in `$elemMatch`). */
export type Condition = {
  match(doc: Doc, position?: Position): boolean;
  single(value: Value | undefined): boolean;
};

type ElemMatchObject = (query: Doc) => Condition['single'];

type Field = FieldContext & { name: string; path: QueryPath; elemMatchObject: ElemMatchObject };

/** Compiles what a query says of one field: a value, a regular expression, or operators. */
export function compileField(
  name: string,
  value: Value,
  context: FieldContext,
  elemMatchObject: ElemMatchObject,
): Condition {
  context.fields.add(name.slice(0, name.includes('.') ? name.indexOf('.') : undefined));
  return compileValue(value, { ...context, name, path: queryPath(name), elemMatchObject });
}

export const isOperators = (value: Value): value is Doc =>
  value instanceof Map && (value.keys().next().value?.startsWith('$') ?? false);

function compileValue(value: Value, field: Field): Condition {
  if (value instanceof BSONRegExp) return regexCondition(compileBsonRegex(value), value, field);
  return isOperators(value) ? compileOperators(value, field) : compileOperator('$eq', value, field);
}

function compileOperators(operators: Doc, field: Field): Condition {
  const parts = [...operators].map(([operator, operand]) =>
    operator === '$regex' || operator === '$options'
      ? regexOperator(operator, operators, field)
      : compileOperator(operator, operand, field),
  );
  return conjunction(parts);
}

function conjunction(parts: readonly Condition[]): Condition {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return {
    match(doc, position) {
      for (const part of parts) if (!part.match(doc, position)) return false;
      return true;
    },
    single: (value) => parts.every((part) => part.single(value)),
  };
}

const negation = (part: Condition): Condition => ({
  match: (doc) => !part.match(doc),
  single: (value) => !part.single(value),
});

/** True when any value at the path passes; `elements` says whether the elements of an array there are asked too. */
function condition(field: Field, test: Test, elements = true): Condition {
  const walk = { path: field.path, test, elements };
  return { match: (doc, position) => anyAtPath(doc, walk, position), single: test };
}

function compileOperator(operator: string, operand: Value, field: Field): Condition {
  switch (operator) {
    case '$eq':
      return comparison('eq', operand, field);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (operand instanceof BSONRegExp)
        throw badValue(`Can't have RegEx as arg to predicate over field '${field.name}'.`);
      return comparison(operator.slice(1) as keyof Bound, operand, field);
    case '$ne':
      if (operand instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.");
      return negation(comparison('eq', operand, unbound(field)));
    case '$in':
      return membership(operator, operand, field);
    case '$nin':
      return negation(membership(operator, operand, unbound(field)));
    case '$not':
      return negation(compileNot(operand, unbound(field)));
    case '$exists': {
      const exists = condition(field, (value) => value !== undefined);
      return truthy(operand) ? exists : negation(exists);
    }
    case '$type':
      return typeCondition(operand, field);
    case '$size':
      return sizeCondition(operand, field);
    case '$all':
      return allCondition(operand, field);
    case '$elemMatch':
      return elemMatch(operand, field);
    default:
      throw badValue(`unknown operator: ${operator}`);
  }
}

const unbound = (field: Field): Field => ({ ...field, bounds: undefined });

function comparison(kind: keyof Bound, operand: Value, field: Field): Condition {
  addBound(field.bounds, field.name, kind, operand);
  return condition(field, comparisonTest(kind, operand));
}

function comparisonTest(kind: keyof Bound, operand: Value): Test {
  const accepts = ACCEPTS[kind];
  if (typeof operand === 'string' && kind === 'eq') return (value) => value === operand;
  const number = toNumber(operand);
  if (number !== undefined && typeof operand !== 'bigint') return numberTest(kind, number);
  if (operand === null) return accepts(0) ? isNull : () => false;
  // Only the ends of the order are compared across types.
  if (operand instanceof MinKey && kind.startsWith('gt')) return (value) => accepts(value instanceof MinKey ? 0 : 1);
  if (operand instanceof MaxKey && kind.startsWith('lt')) return (value) => accepts(value instanceof MaxKey ? 0 : -1);
  const order = typeOrder(operand);
  return (value) => typeOrder(value) === order && accepts(compareSameType(value, operand, order));
}

/** Missing counts as null, and so does the deprecated BSON type undefined. */
const isNull = (value: Value | undefined): boolean =>
  value === null || value === undefined || (value instanceof Opaque && value.type === 6);

const ACCEPTS: Record<keyof Bound, (compared: number) => boolean> = {
  eq: (compared) => compared === 0,
  in: (compared) => compared === 0,
  gt: (compared) => compared > 0,
  gte: (compared) => compared >= 0,
  lt: (compared) => compared < 0,
  lte: (compared) => compared <= 0,
};

/** NaN equals itself and is neither above nor below anything. */
function numberTest(kind: keyof Bound, operand: number): Test {
  const accepts = ACCEPTS[kind];
  if (Number.isNaN(operand)) return (value) => typeof value === 'number' && Number.isNaN(value) && accepts(0);
  return (value) => {
    const number = value instanceof Int32 ? value.value : value;
    if (typeof number === 'number' || typeof number === 'bigint')
      return number < operand ? accepts(-1) : number > operand ? accepts(1) : !Number.isNaN(number) && accepts(0);
    return value instanceof Decimal128 && accepts(compareSameType(value, operand, ORDER.number));
  };
}

function membership(operator: string, operand: Value, field: Field): Condition {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  if (operand.some(isOperators)) throw badValue(`cannot nest $ under ${operator}`);
  const regexes = operand.filter((member) => member instanceof BSONRegExp);
  const plain = operand.filter((member) => !(member instanceof BSONRegExp));
  if (regexes.length === 0) addBound(field.bounds, field.name, 'in', operand);
  const patterns = regexes.map((regex) => regexTest(compileBsonRegex(regex), regex));
  // Decimals have no hash; whatever they would have to be compared with is refused.
  const equal = plain.map((member) => comparisonTest('eq', member));
  const members = new ValueSet(plain.filter((member) => !(member instanceof Decimal128)));
  const hashed = !plain.some((member) => member instanceof Decimal128);
  return condition(field, (value) => {
    if (value === undefined) return plain.includes(null);
    const isMember = hashed && !(value instanceof Decimal128) ? members.has(value) : equal.some((test) => test(value));
    return isMember || patterns.some((test) => test(value));
  });
}

function compileNot(operand: Value, field: Field): Condition {
  if (operand instanceof BSONRegExp) return compileValue(operand, field);
  if (!(operand instanceof Map)) throw badValue('$not needs a regex or a document');
  if (operand.size === 0) throw badValue('$not cannot be empty');
  return compileOperators(operand, field);
}

function regexOperator(operator: string, operators: Doc, field: Field): Condition {
  const given = operators.get('$regex');
  const options = operators.get('$options');
  if (given === undefined) throw badValue('$options needs a $regex');
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof given !== 'string' && !(given instanceof BSONRegExp)) throw badValue('$regex has to be a string');
  if (operator === '$options') return conjunction([]);
  const pattern = typeof given === 'string' ? given : given.pattern;
  const own = typeof given === 'string' ? '' : given.options;
  if (own && options !== undefined) throw location(51075, 'options set in both $regex and $options');
  const regex = new BSONRegExp(pattern, options ?? own);
  return regexCondition(compileRegex(pattern, regex.options), regex, field);
}

const regexCondition = (compiled: RegExp, regex: BSONRegExp, field: Field): Condition =>
  condition(field, regexTest(compiled, regex));

const regexTest =
  (compiled: RegExp, regex: BSONRegExp): Test =>
  (value) =>
    typeof value === 'string'
      ? compiled.test(value)
      : value instanceof BSONRegExp && value.pattern === regex.pattern && value.options === regex.options;

function typeCondition(operand: Value, field: Field): Condition {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeNumbers));
  if (wanted.size === 0) throw failedToParse(`${field.name} must match at least one type`);
  return condition(field, (value) => value !== undefined && wanted.has(typeNumber(value)));
}

function typeNumbers(type: Value): number[] {
  if (typeof type === 'string') {
    if (type === 'number') return [1, 16, 18, 19];
    const number = TYPE_OF_NAME.get(type);
    if (number === undefined) throw badValue(`Unknown type name alias: ${type}`);
    return [number];
  }
  const number = toNumber(type);
  if (number === undefined) throw typeMismatch('type must be represented as a number or a string');
  if (!Number.isInteger(number)) throw failedToParse(`Expected an integer: $type: ${number}`);
  if (![...TYPE_OF_NAME.values()].includes(number)) throw badValue(`Invalid numerical type code: ${number}`);
  return [number];
}

function sizeCondition(operand: Value, field: Field): Condition {
  const size = toNumber(operand);
  if (size === undefined) throw badValue('Failed to parse $size. Expected a number in: $size');
  if (!Number.isInteger(size)) throw badValue('Failed to parse $size. Expected an integer: $size');
  if (size < 0) throw badValue('Failed to parse $size. Expected a non-negative number in: $size');
  return condition(field, (value) => Array.isArray(value) && value.length === size, false);
}

function allCondition(operand: Value, field: Field): Condition {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  if (operand.length === 0) return { match: () => false, single: () => false };
  const withElemMatch = operand.filter(
    (member) => member instanceof Map && member.keys().next().value === '$elemMatch',
  );
  if (withElemMatch.length > 0 && withElemMatch.length < operand.length)
    throw badValue('$all/$elemMatch has to be consistent');
  return conjunction(
    operand.map((member) => {
      if (withElemMatch.length > 0) return compileOperators(member as Doc, field);
      if (isOperators(member)) throw badValue('no $ expressions in $all');
      return compileValue(member, field);
    }),
  );
}

const LOGICAL = new Set(['$and', '$or', '$nor']);

function elemMatch(operand: Value, field: Field): Condition {
  if (!(operand instanceof Map)) throw badValue('$elemMatch needs an Object');
  const byValue = isOperators(operand) && !LOGICAL.has(operand.keys().next().value ?? '');
  const single = byValue ? compileOperators(operand, unbound(field)).single : field.elemMatchObject(operand);
  const test: Test = (value, position) => {
    if (!Array.isArray(value)) return false;
    const index = value.findIndex((element) => single(element));
    if (index >= 0 && position) position.index = index;
    return index >= 0;
  };
  return condition(field, test, false);
}
