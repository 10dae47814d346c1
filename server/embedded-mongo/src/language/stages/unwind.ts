import { typeName, type Doc, type Value } from '../../bson/value.ts';
import { location } from '../errors.ts';
import { fieldPath } from '../expression/expression.ts';
import { timed, type StageCompiler } from './stage.ts';

type Unwind = { path: readonly string[]; index: readonly string[] | undefined; keepsEmpty: boolean };

export const unwind: StageCompiler = (spec, { fields }) => {
  const parsed = parse(spec);
  fields.add(parsed.path[0] ?? '');
  return {
    narrows: false,
    *run(source, env) {
      for (const doc of timed(source, env)) yield* unwound(doc, parsed);
    },
  };
};

function parse(spec: Value): Unwind {
  if (typeof spec === 'string') return { path: dollarPath(spec), index: undefined, keepsEmpty: false };
  if (!(spec instanceof Map))
    throw location(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(spec)}`,
    );
  const path = spec.get('path');
  const keepsEmpty = spec.get('preserveNullAndEmptyArrays') ?? false;
  const index = spec.get('includeArrayIndex');
  for (const option of spec.keys())
    if (!['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'].includes(option))
      throw location(28811, `unrecognized option to $unwind stage: ${option}`);
  if (path === undefined) throw location(28812, 'no path specified to $unwind stage');
  if (typeof path !== 'string')
    throw location(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (typeof keepsEmpty !== 'boolean')
    throw location(
      28809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeName(keepsEmpty)}`,
    );
  if (index !== undefined && (typeof index !== 'string' || index === ''))
    throw location(28810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
  if (index?.startsWith('$'))
    throw location(28822, `includeArrayIndex option to $unwind stage should not be prefixed with a '$'`);
  return { path: dollarPath(path), index: index === undefined ? undefined : fieldPath(index), keepsEmpty };
}

function dollarPath(path: string): string[] {
  if (!path.startsWith('$'))
    throw location(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  return fieldPath(path.slice(1));
}

function* unwound(doc: Doc, { path, index, keepsEmpty }: Unwind): Generator<Doc> {
  let value: Value | undefined = doc;
  for (const name of path) value = value instanceof Map ? value.get(name) : undefined;
  const withIndex = (out: Doc, n: bigint | null): Doc => (index ? withValue(out, index, n) : out);
  if (Array.isArray(value) && value.length > 0) {
    for (const [n, element] of value.entries()) yield withIndex(withValue(doc, path, element), BigInt(n));
  } else if (value !== undefined && value !== null && !Array.isArray(value)) yield withIndex(doc, null);
  else if (keepsEmpty) yield withIndex(Array.isArray(value) ? withValue(doc, path, undefined) : doc, null);
}

/** The document with another value, or none, at a path; what is in the way becomes a document. */
export function withValue(doc: Doc, path: readonly string[], value: Value | undefined): Doc {
  const [name = '', ...rest] = path;
  const out = new Map(doc);
  const child = out.get(name);
  const next = rest.length === 0 ? value : withValue(child instanceof Map ? child : new Map(), rest, value);
  if (next === undefined) out.delete(name);
  else out.set(name, next);
  return out;
}
