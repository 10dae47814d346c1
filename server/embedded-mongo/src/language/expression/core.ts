import { Decimal128, toNumber, type Doc, type Value } from '../../bson/value.ts';
import { location, MongoError, notSupported } from '../errors.ts';

/** What an expression is evaluated against. One scope serves a whole stage. */
export type Scope = { root: Doc; vars: (Value | undefined)[] };

/** What is the same for a whole command: `NOW`, and the variables of its `let`. */
export type Constants = ReadonlyMap<string, Value | undefined>;

/** A compiled expression. `undefined` is a missing value. */
export type Expression = (scope: Scope) => Value | undefined;

export type ExpressionContext = {
  compile(value: Value, context: ExpressionContext): Expression;
  /** Collects the top-level fields of the root document that are read; `''` stands for all of it. */
  fields: Set<string>;
  constants: Constants;
  /** User variables and their places in `Scope.vars`. */
  vars: ReadonlyMap<string, number>;
  /** How many places are taken. */
  depth: number;
};

export type Operator = (operand: Value, context: ExpressionContext, name: string) => Expression;

export const newScope = (): Scope => ({ root: new Map(), vars: [] });

/** What counts as true: everything but false, null, missing and zero. */
export function truthy(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  if (value instanceof Decimal128) throw notSupported('Decimal128 as a condition');
  return value !== undefined && value !== null && toNumber(value) !== 0;
}

export const nullish = (value: Value | undefined): value is null | undefined => value === null || value === undefined;

/** The compiled arguments of an operator: the members of an array, or the one operand. */
export function compileArguments(operand: Value, context: ExpressionContext): Expression[] {
  return (Array.isArray(operand) ? operand : [operand]).map((argument) => context.compile(argument, context));
}

function checkCount(name: string, given: number, wanted: number): void {
  if (given === wanted) return;
  throw location(16020, `Expression ${name} takes exactly ${wanted} arguments. ${given} were passed in.`);
}

/** An operator with exactly one argument. */
export function unary(apply: (value: Value | undefined, name: string) => Value | undefined): Operator {
  return (operand, context, name) => {
    const compiled = compileArguments(operand, context);
    checkCount(name, compiled.length, 1);
    const only = compiled[0] as Expression;
    return (scope) => apply(only(scope), name);
  };
}

/** An operator with exactly two arguments. */
export function binary(
  apply: (a: Value | undefined, b: Value | undefined, name: string) => Value | undefined,
): Operator {
  return (operand, context, name) => {
    const compiled = compileArguments(operand, context);
    checkCount(name, compiled.length, 2);
    const [first, second] = compiled as [Expression, Expression];
    return (scope) => apply(first(scope), second(scope), name);
  };
}

type Variadic = {
  min?: number;
  max?: number;
  /** `values` are evaluated as they are asked for. */
  apply(values: Iterable<Value | undefined>, name: string): Value | undefined;
};

/** An operator with a range of argument counts. */
export function variadic({ min = 0, max = Number.POSITIVE_INFINITY, apply }: Variadic): Operator {
  return (operand, context, name) => {
    const compiled = compileArguments(operand, context);
    if (min === max) checkCount(name, compiled.length, min);
    if (compiled.length < min || compiled.length > max)
      throw location(
        28667,
        `Expression ${name} takes ${min} to ${max} arguments, but ${compiled.length} were passed in.`,
      );
    return (scope) => apply(evaluated(compiled, scope), name);
  };
}

function* evaluated(expressions: readonly Expression[], scope: Scope): Generator<Value | undefined> {
  for (const expression of expressions) yield expression(scope);
}

type NamedArguments = {
  required?: readonly string[];
  optional?: readonly string[];
  /** MongoDB numbers these errors per operator. */
  codes: { notObject: number; unknown: number; missing: number | readonly number[] };
};

/** The named arguments of an operator, uncompiled and checked. */
export function namedArguments(
  name: string,
  operand: Value,
  { required = [], optional = [], codes }: NamedArguments,
): ReadonlyMap<string, Value> {
  if (!(operand instanceof Map)) throw location(codes.notObject, `${name} only supports an object as its argument`);
  for (const key of operand.keys())
    if (!required.includes(key) && !optional.includes(key))
      throw location(codes.unknown, `Unrecognized argument to ${name}: ${key}`);
  for (const [n, key] of required.entries())
    if (!operand.has(key))
      throw location(
        typeof codes.missing === 'number' ? codes.missing : (codes.missing[n] ?? 9),
        `Missing '${key}' parameter to ${name}`,
      );
  return operand;
}

/** Declares a variable: the context in which it is known and its place in the scope. */
export function declare(context: ExpressionContext, name: string): { inner: ExpressionContext; slot: number } {
  checkVariableName(name);
  const slot = context.depth;
  return { inner: { ...context, vars: new Map([...context.vars, [name, slot]]), depth: slot + 1 }, slot };
}

export function checkVariableName(name: string): void {
  if (name === 'CURRENT') throw notSupported('Giving $$CURRENT another meaning');
  if (/^[a-z\u0080-\u{10ffff}][\w\u0080-\u{10ffff}]*$/u.test(name)) return;
  throw new MongoError(9, 'FailedToParse', `'${name}' starts with an invalid character for a user variable name`);
}
