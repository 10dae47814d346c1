import { int32, typeName, type Value } from '../../bson/value.ts';
import { compareValues } from '../compare.ts';
import { location } from '../errors.ts';
import {
  binary,
  compileArguments,
  namedArguments,
  nullish,
  truthy,
  unary,
  type Expression,
  type Operator,
} from './core.ts';

const compared = (accepts: (comparison: number) => boolean): Operator => binary((a, b) => accepts(compareValues(a, b)));

const cond: Operator = (operand, context, name) => {
  if (!(operand instanceof Map) && (!Array.isArray(operand) || operand.length !== 3))
    throw location(
      16020,
      `Expression ${name} takes exactly 3 arguments. ${Array.isArray(operand) ? operand.length : 1} were passed in.`,
    );
  const names = ['if', 'then', 'else'];
  const parts = Array.isArray(operand)
    ? operand
    : names.map((key) => namedArguments(name, operand, { required: names, codes: COND_CODES }).get(key) ?? null);
  const [condition, whenTrue, whenFalse] = compileArguments(parts, context) as [Expression, Expression, Expression];
  return (scope) => (truthy(condition(scope)) ? whenTrue : whenFalse)(scope);
};
const COND_CODES = { notObject: 16020, unknown: 17083, missing: [17080, 17081, 17082] };

const ifNull: Operator = (operand, context, name) => {
  const parts = compileArguments(operand, context);
  const last = parts.pop();
  if (!last || parts.length === 0)
    throw location(1257300, `${name} needs at least two arguments, had: ${parts.length + (last ? 1 : 0)}`);
  return (scope) => {
    for (const part of parts) {
      const value = part(scope);
      if (!nullish(value)) return value;
    }
    return last(scope);
  };
};

const switchOperator: Operator = (operand, context, name) => {
  if (!(operand instanceof Map))
    throw location(40060, `$switch requires an object as an argument, found: ${typeName(operand)}`);
  for (const key of operand.keys())
    if (key !== 'branches' && key !== 'default') throw location(40067, `$switch found an unknown argument: ${key}`);
  const branches = operand.get('branches') ?? [];
  if (!Array.isArray(branches))
    throw location(40061, `$switch expected an array for 'branches', found: ${typeName(branches)}`);
  if (branches.length === 0) throw location(40068, '$switch requires at least one branch.');
  const compiled = branches.map((branch) => {
    const parts = namedArguments(name, branch, {
      required: ['case', 'then'],
      codes: { notObject: 40062, unknown: 40063, missing: [40064, 40065] },
    });
    return compileArguments([parts.get('case') ?? null, parts.get('then') ?? null], context) as [
      Expression,
      Expression,
    ];
  });
  const otherwise = operand.get('default');
  const fallback = otherwise === undefined ? undefined : context.compile(otherwise, context);
  return (scope) => {
    for (const [condition, then] of compiled) if (truthy(condition(scope))) return then(scope);
    if (!fallback)
      throw location(40066, '$switch could not find a matching branch for an input, and no default was specified.');
    return fallback(scope);
  };
};

const junction =
  (stopsAt: boolean): Operator =>
  (operand, context) => {
    const parts = compileArguments(operand, context);
    return (scope) => parts.some((part) => truthy(part(scope)) === stopsAt) === stopsAt;
  };

export const logic: Record<string, Operator> = {
  $eq: compared((comparison) => comparison === 0),
  $ne: compared((comparison) => comparison !== 0),
  $gt: compared((comparison) => comparison > 0),
  $gte: compared((comparison) => comparison >= 0),
  $lt: compared((comparison) => comparison < 0),
  $lte: compared((comparison) => comparison <= 0),
  $cmp: binary((a, b) => int32(Math.sign(compareValues(a, b)))),
  $and: junction(false),
  $or: junction(true),
  $not: unary((value) => !truthy(value)),
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchOperator,
  $literal: (operand: Value) => () => operand,
  $type: unary(typeName),
};
