import { BSONRegExp, type Doc, type Value } from '../bson/value.ts';
import { compareStrings } from './compare.ts';
import { MongoError } from './errors.ts';
import { isOperators } from './filter-field.ts';
import { applyTree, branch, insert } from './update-tree.ts';

/**
 * The document that an upsert's insert starts from: the fields that the query says are equal to something, by name.
 * @throws MongoError 54 when the query says so twice of one path, or of a path and of one below it.
 */
export function upsertBase(query: Doc): Doc {
  const equal = new Map<string, Value>();
  collect(query, equal);
  const paths = [...equal.keys()].toSorted(compareStrings);
  for (const [n, path] of paths.entries()) {
    const next = paths.slice(n + 1).find((other) => other.startsWith(`${path}.`));
    if (next) throw twice(`both paths '${path}' and '${next}' are matched`);
  }
  const root = branch(new Map());
  for (const [path, value] of equal) insert(root, path.split('.'), { apply: () => value, missing: 'create' });
  const base: Doc = new Map();
  return idFirst(applyTree(root, base, { inserting: true, now: new Date(0), original: base }));
}

export function idFirst(doc: Doc): Doc {
  const id = doc.get('_id');
  if (id === undefined || doc.keys().next().value === '_id') return doc;
  return new Map([['_id', id], ...doc]);
}

const twice = (what: string) => new MongoError(54, 'NotSingleValueField', `cannot infer query fields to set, ${what}`);

function collect(query: Doc, equal: Map<string, Value>): void {
  for (const [name, value] of query) {
    if (name === '$and' || (name === '$or' && Array.isArray(value) && value.length === 1)) {
      for (const clause of value as Doc[]) collect(clause, equal);
    } else if (!name.startsWith('$')) {
      for (const found of equalities(value)) {
        if (equal.has(name)) throw twice(`path '${name}' is matched twice`);
        equal.set(name, found);
      }
    }
  }
}

function equalities(value: Value): Value[] {
  if (value instanceof BSONRegExp) return [];
  if (!isOperators(value)) return [value];
  return [...value].flatMap(([operator, operand]) => {
    if (operator === '$eq') return [operand];
    if (!Array.isArray(operand) || operand.some((member) => member instanceof BSONRegExp || isOperators(member)))
      return [];
    return operator === '$all' || (operator === '$in' && operand.length === 1) ? operand : [];
  });
}
