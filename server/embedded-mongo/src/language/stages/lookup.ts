import type { Doc, Value } from '../../bson/value.ts';
import { failedToParse, notSupported } from '../errors.ts';
import { fieldPath } from '../expression/expression.ts';
import { anyAtPath, arrayIndex, queryPath } from '../path.ts';
import { ValueMap } from '../value-map.ts';
import { timed, type PipelineEnv, type StageCompiler } from './stage.ts';
import { withValue } from './unwind.ts';

const OPTIONS = ['from', 'localField', 'foreignField', 'as'] as const;

/** The equality form. The other collection is read once, when the first document asks. */
export const lookup: StageCompiler = (spec, { fields }) => {
  if (!(spec instanceof Map)) throw failedToParse('the $lookup specification must be an Object');
  for (const option of spec.keys()) {
    if (option === 'pipeline' || option === 'let') throw notSupported(`$lookup with '${option}'`);
    if (!(OPTIONS as readonly string[]).includes(option)) throw failedToParse(`unknown argument to $lookup: ${option}`);
  }
  const [from, localField, foreignField, as] = OPTIONS.map((option) => {
    const value = spec.get(option);
    if (value === undefined) throw failedToParse(`$lookup requires '${option}'`);
    if (typeof value !== 'string') throw failedToParse(`$lookup argument '${option}' must be a string`);
    return value;
  }) as [string, string, string, string];
  const local = fieldPath(localField);
  fields.add(local[0] ?? '');
  fieldPath(foreignField);
  const target = fieldPath(as);
  return {
    narrows: false,
    *run(source, env) {
      let foreign: Foreign | undefined;
      for (const doc of timed(source, env)) {
        foreign ??= readForeign(env, from, foreignField);
        yield withValue(doc, target, matching(foreign, localValues(doc, local)));
      }
    },
  };
};

type Foreign = { docs: Doc[]; byValue: ValueMap<Set<number>> };

/** All values under which an equality finds each document: what is at the path, its elements, null for nothing. */
function readForeign(env: PipelineEnv, from: string, foreignField: string): Foreign {
  const path = queryPath(foreignField);
  const foreign: Foreign = { docs: [], byValue: new ValueMap() };
  for (const doc of timed(env.collection(from), env)) {
    const n = foreign.docs.push(doc) - 1;
    const note = (value: Value | undefined): false => {
      const known = foreign.byValue.get(value ?? null);
      if (known) known.add(n);
      else foreign.byValue.set(value ?? null, new Set([n]));
      return false;
    };
    anyAtPath(doc, { path, test: note, elements: true });
  }
  return foreign;
}

function matching({ docs, byValue }: Foreign, values: readonly Value[]): Doc[] {
  const found = new Set<number>();
  for (const value of values) for (const n of byValue.get(value) ?? []) found.add(n);
  return [...found].toSorted((a, b) => a - b).flatMap((n) => docs[n] ?? []);
}

/** The values a document is joined by: the elements of an array, null when there is nothing. */
function localValues(doc: Doc, path: readonly string[]): Value[] {
  const values: Value[] = [];
  collect(doc, path, values);
  return values.length > 0 ? values : [null];
}

function collect(doc: Doc, path: readonly string[], out: Value[]): void {
  let value = doc.get(path[0] ?? '');
  let n = 1;
  for (; Array.isArray(value) && n < path.length && arrayIndex(path[n] ?? '') >= 0; n++)
    value = value[arrayIndex(path[n] ?? '')];
  const rest = path.slice(n);
  const members = Array.isArray(value) ? value : value === undefined ? [] : [value];
  for (const member of members) {
    if (rest.length === 0) out.push(member);
    else if (member instanceof Map) collect(member, rest, out);
  }
}
