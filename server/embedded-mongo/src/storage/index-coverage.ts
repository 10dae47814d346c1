import type { Value } from '../bson/value.ts';
import { compareValues, equalValues, typeOrder } from '../language/compare.ts';
import type { Bound } from '../language/filter.ts';
import type { Index } from './index-spec.ts';

/** Whether every document that meets `bounds` is in the index, so that a sparse or partial one may be used. */
export function holdsAllMatches(index: Index, bounds: ReadonlyMap<string, Bound>): boolean {
  if (index.sparse) return index.fields.some((field) => excludesMissing(bounds.get(field.path)));
  const partial = index.spec.get('partialFilterExpression');
  if (!(partial instanceof Map)) return true;
  return [...partial].every(([path, condition]) => implied(bounds.get(path), condition));
}

/** Whether the bound leaves no document that fails the condition. When in doubt: no. */
function implied(bound: Bound | undefined, condition: Value): boolean {
  if (!bound) return false;
  if (!(condition instanceof Map) || ![...condition.keys()].some((name) => name.startsWith('$')))
    return points(bound)?.every((value) => equalValues(value, condition)) ?? false;
  return [...condition].every(([operator, limit]) => meets(bound, operator, limit));
}

function meets(bound: Bound, operator: string, limit: Value): boolean {
  if (operator === '$exists') return limit === true && excludesMissing(bound);
  const values = points(bound);
  const within = (value: Value | undefined, test: (compared: number) => boolean): boolean =>
    value !== undefined && typeOrder(value) === typeOrder(limit) && test(compareValues(value, limit));
  const all = (test: (compared: number) => boolean): boolean => values?.every((value) => within(value, test)) ?? false;
  switch (operator) {
    case '$eq':
      return all((compared) => compared === 0);
    case '$gt':
      return all((compared) => compared > 0) || within(bound.gt, (c) => c >= 0) || within(bound.gte, (c) => c > 0);
    case '$gte':
      return all((compared) => compared >= 0) || within(bound.gt, (c) => c >= 0) || within(bound.gte, (c) => c >= 0);
    case '$lt':
      return all((compared) => compared < 0) || within(bound.lt, (c) => c <= 0) || within(bound.lte, (c) => c < 0);
    case '$lte':
      return all((compared) => compared <= 0) || within(bound.lt, (c) => c <= 0) || within(bound.lte, (c) => c <= 0);
    default:
      return false;
  }
}

/** Whether the bound keeps out documents that lack the field; null lets them in, and a range never has null. */
function excludesMissing(bound: Bound | undefined): boolean {
  if (!bound) return false;
  const values = points(bound);
  return values ? !values.includes(null) : true;
}

const points = (bound: Bound): readonly Value[] | undefined => (bound.eq === undefined ? bound.in : [bound.eq]);
