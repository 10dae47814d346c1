import type { Doc, Value } from '../../bson/value.ts';
import { location, MongoError, notSupported } from '../errors.ts';
import { accumulators } from './accumulators.ts';
import { arithmetic } from './arithmetic.ts';
import { arrays } from './arrays.ts';
import {
  checkVariableName,
  newScope,
  truthy,
  type Constants,
  type Expression,
  type ExpressionContext,
  type Operator,
  type Scope,
} from './core.ts';
import { dates } from './dates.ts';
import { logic } from './logic.ts';
import { strings } from './strings.ts';

export { newScope, truthy, type Constants, type Expression, type Scope };

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [logic, arithmetic, strings, arrays, dates, accumulators].flatMap((table) => Object.entries(table)),
);

export const isKnownOperator = (name: string): boolean => OPERATORS.has(name);

/** Where an expression stands: `fields` collects the top-level fields that it reads, `''` for the whole document. */
export type Reading = Pick<ExpressionContext, 'fields' | 'constants'>;

/** Compiles an aggregation expression. @throws MongoError 168 for an operator outside the subset. */
export function compileExpression(value: Value, { fields, constants }: Reading): Expression {
  return compile(value, { compile, fields, constants, vars: new Map(), depth: 0 });
}

/** The constants of a command. @throws MongoError 4890500 for a variable that needs a document. */
export function commandConstants(now: Date, variables: Doc = new Map()): Constants {
  const constants = new Map<string, Value | undefined>([['NOW', now]]);
  const fields = new Set<string>();
  for (const [name, value] of variables) {
    checkVariableName(name);
    const evaluate = compileExpression(value, { fields, constants });
    if (fields.size > 0) throw location(4890500, `The variable '${name}' of let tried to access a field`);
    constants.set(name, evaluate(newScope()));
  }
  return constants;
}

function compile(value: Value, context: ExpressionContext): Expression {
  if (typeof value === 'string' && value.startsWith('$')) return compilePath(value, context);
  if (Array.isArray(value)) {
    const members = value.map((member) => compile(member, context));
    return (scope) => members.map((member) => member(scope) ?? null);
  }
  return value instanceof Map ? compileObject(value, context) : () => value;
}

function compileObject(object: Doc, context: ExpressionContext): Expression {
  const [first] = object;
  if (first?.[0].startsWith('$')) {
    const [name, operand] = first;
    if (object.size > 1)
      throw location(15983, `an expression specification must contain exactly one field, the name of the expression`);
    const operator = OPERATORS.get(name);
    if (!operator) throw new MongoError(168, 'InvalidPipelineOperator', `Unrecognized expression '${name}'`);
    return operator(operand, context, name);
  }
  const members = [...object].map(([name, value]) => {
    if (name.startsWith('$')) throw location(16410, `FieldPath field names may not start with '$'. Found '${name}'`);
    if (name.includes('.')) throw location(16412, `FieldPath field names may not contain '.'. Found '${name}'`);
    return [name, compile(value, context)] as const;
  });
  return (scope) => {
    const out: Doc = new Map();
    for (const [name, member] of members) {
      const value = member(scope);
      if (value !== undefined) out.set(name, value);
    }
    return out;
  };
}

/** `$path` or `$$variable.path`. */
function compilePath(text: string, context: ExpressionContext): Expression {
  if (text === '$') throw location(16872, "'$' by itself is not a valid FieldPath");
  if (!text.startsWith('$$')) return rootPath(fieldPath(text.slice(1)), context);
  const [variable = '', ...path] = fieldPath(text.slice(2));
  switch (variable) {
    case 'ROOT':
    case 'CURRENT':
      return rootPath(path, context);
    case 'REMOVE':
      return () => undefined;
    default:
  }
  const slot = context.vars.get(variable);
  if (slot === undefined) {
    const constant = at(context.constants.get(variable), path, 0);
    if (context.constants.has(variable)) return () => constant;
    if (/^[A-Z]/.test(variable)) throw notSupported(`The variable $$${variable}`);
    throw location(17276, `Use of undefined variable: ${variable}`);
  }
  return path.length === 0 ? (scope) => scope.vars[slot] : (scope) => at(scope.vars[slot], path, 0);
}

/** The names of a path in an expression. @throws for empty names and for those that begin with a dollar. */
export function fieldPath(path: string): string[] {
  if (path === '') throw location(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw location(40353, "FieldPath must not end with a '.'.");
  const names = path.split('.');
  for (const name of names) {
    if (name === '') throw location(15998, 'FieldPath field names may not be empty strings.');
    if (name.startsWith('$')) throw location(16410, `FieldPath field names may not start with '$'. Found '${name}'`);
    if (name.includes('\0')) throw location(16411, 'FieldPath field names may not contain null bytes.');
  }
  return names;
}

function rootPath(path: readonly string[], context: ExpressionContext): Expression {
  const [first, ...rest] = path;
  context.fields.add(first ?? '');
  if (first === undefined) return (scope) => scope.root;
  if (rest.length === 0) return (scope) => scope.root.get(first);
  return (scope) => at(scope.root.get(first), rest, 0);
}

/** Follows a path; an array gives the array of what its documents have there. */
function at(value: Value | undefined, path: readonly string[], from: number): Value | undefined {
  let current = value;
  for (let n = from; n < path.length; n++) {
    if (Array.isArray(current)) return inArray(current, path, n);
    if (!(current instanceof Map)) return undefined;
    current = current.get(path[n] ?? '');
  }
  return current;
}

function inArray(array: readonly Value[], path: readonly string[], from: number): Value[] {
  const out: Value[] = [];
  for (const element of array) {
    const found = element instanceof Map ? at(element, path, from) : undefined;
    if (found !== undefined) out.push(found);
  }
  return out;
}
