import { BSONRegExp, int32, Int32, ObjectId, toNumber, typeName, type Value } from '../../bson/value.ts';
import { location, MongoError, notSupported } from '../errors.ts';
import { compileRegex } from '../regex.ts';
import { binary, namedArguments, nullish, unary, variadic, type Operator } from './core.ts';

type Operand = Value | undefined;

/** A double as text, where all ways of writing it agree; `%.16g` and the shortest form differ beyond 15 digits. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const text = Object.is(value, -0) ? '-0' : String(value);
  if (Number(value.toPrecision(15)) !== value || Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-4))
    throw notSupported(`Converting the double ${value} to a string`);
  return text;
}

function scalarText(value: Operand): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Int32) return String(value.value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return doubleText(value);
  return value instanceof Date ? value.toISOString() : undefined;
}

/** Text as `$toLower` and `$toUpper` take it: null is empty. */
function coerced(value: Operand): string {
  const text = nullish(value) ? '' : scalarText(value);
  if (text === undefined) throw location(16007, `can't convert from BSON type ${typeName(value)} to String`);
  return text;
}

function toText(value: Operand): Value {
  if (nullish(value)) return null;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof ObjectId) return value.toHexString();
  const text = scalarText(value);
  if (text === undefined)
    throw new MongoError(
      241,
      'ConversionFailure',
      `Unsupported conversion from ${typeName(value)} to string in $convert with no onError value`,
    );
  return text;
}

function concat(values: Iterable<Operand>): Value {
  let text = '';
  for (const value of values) {
    if (nullish(value)) return null;
    if (typeof value !== 'string') throw location(16702, `$concat only supports strings, not ${typeName(value)}`);
    text += value;
  }
  return text;
}

function split(text: Operand, separator: Operand): Value {
  if (nullish(text) || nullish(separator)) return null;
  if (typeof text !== 'string')
    throw location(
      40085,
      `$split requires an expression that evaluates to a string as a first argument, found: ${typeName(text)}`,
    );
  if (typeof separator !== 'string')
    throw location(
      40086,
      `$split requires an expression that evaluates to a string as a second argument, found: ${typeName(separator)}`,
    );
  if (separator === '') throw location(40087, '$split requires a non-empty separator');
  return text.split(separator);
}

function whole(value: Operand, codes: { type: number; integral: number }, what: string): number {
  const number = toNumber(value);
  if (number === undefined) throw location(codes.type, `$substrCP: ${what} must be a numeric type`);
  if (number !== (number | 0)) throw location(codes.integral, `$substrCP: ${what} must be a 32-bit integer`);
  return number;
}

function substring(values: Iterable<Operand>): Value {
  const [value, start, length] = values;
  const text = coerced(value);
  const from = whole(start, { type: 34450, integral: 34451 }, 'the starting index');
  const count = whole(length, { type: 34452, integral: 34453 }, 'the length');
  if (count < 0) throw location(34454, '$substrCP: length must be a nonnegative integer.');
  if (from < 0) throw location(34455, '$substrCP: the starting index must be a nonnegative integer.');
  return Array.from(text)
    .slice(from, from + count)
    .join('');
}

/** What `$trim` takes off when no characters are named. */
const BLANKS = Array.from(
  '\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
);

const trim =
  (sides: { left: boolean; right: boolean }): Operator =>
  (operand, context, name) => {
    const parts = namedArguments(name, operand, {
      required: ['input'],
      optional: ['chars'],
      codes: { notObject: 50696, unknown: 50694, missing: 50695 },
    });
    const input = context.compile(parts.get('input') ?? null, context);
    const given = parts.get('chars');
    const chars = given === undefined ? undefined : context.compile(given, context);
    return (scope) => {
      const text = input(scope);
      if (nullish(text)) return null;
      if (typeof text !== 'string')
        throw location(50699, `${name} requires its input to be a string, got ${typeName(text)}`);
      const characters = chars?.(scope);
      if (chars && nullish(characters)) return null;
      if (chars && typeof characters !== 'string')
        throw location(50700, `${name} requires 'chars' to be a string, got ${typeName(characters)}`);
      const off = new Set(typeof characters === 'string' ? characters : BLANKS);
      const points = Array.from(text);
      let from = 0;
      let to = points.length;
      if (sides.left) while (from < to && off.has(points[from] ?? '')) from++;
      if (sides.right) while (to > from && off.has(points[to - 1] ?? '')) to--;
      return points.slice(from, to).join('');
    };
  };

const regexMatch: Operator = (operand, context, name) => {
  const parts = namedArguments(name, operand, {
    required: ['input', 'regex'],
    optional: ['options'],
    codes: { notObject: 51103, unknown: 31024, missing: [31022, 31023] },
  });
  const [input, regex, options] = ['input', 'regex', 'options'].map((key) =>
    context.compile(parts.get(key) ?? null, context),
  );
  let known: { pattern: string; flags: string; compiled: RegExp } | undefined;
  return (scope) => {
    const text = input?.(scope);
    const given = regex?.(scope);
    const flags = options?.(scope);
    if (!nullish(text) && typeof text !== 'string')
      throw location(51104, "$regexMatch needs 'input' to be of type string");
    if (!nullish(given) && typeof given !== 'string' && !(given instanceof BSONRegExp))
      throw location(51105, "$regexMatch needs 'regex' to be of type string or regex");
    if (!nullish(flags) && typeof flags !== 'string')
      throw location(51106, "$regexMatch needs 'options' to be of type string");
    const own = given instanceof BSONRegExp ? given.options : '';
    if (own && flags)
      throw location(51107, "$regexMatch found regex option(s) specified in both 'regex' and 'option' fields");
    if (nullish(text) || nullish(given)) return false;
    const pattern = typeof given === 'string' ? given : given.pattern;
    if (known?.pattern !== pattern || known.flags !== (flags ?? own))
      known = { pattern, flags: flags ?? own, compiled: compileRegex(pattern, flags ?? own) };
    return known.compiled.test(text);
  };
};

export const strings: Record<string, Operator> = {
  $concat: variadic({ apply: concat }),
  $toLower: unary((value) => coerced(value).replaceAll(/[A-Z]+/g, (part) => part.toLowerCase())),
  $toUpper: unary((value) => coerced(value).replaceAll(/[a-z]+/g, (part) => part.toUpperCase())),
  $trim: trim({ left: true, right: true }),
  $ltrim: trim({ left: true, right: false }),
  $rtrim: trim({ left: false, right: true }),
  $split: binary(split),
  $substrCP: variadic({ min: 3, max: 3, apply: substring }),
  $strLenCP: unary((value) => {
    if (typeof value !== 'string')
      throw location(34471, `$strLenCP requires a string argument, found: ${typeName(value)}`);
    return int32(Array.from(value).length);
  }),
  $toString: unary(toText),
  $regexMatch: regexMatch,
};
