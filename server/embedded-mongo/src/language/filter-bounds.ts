import { Decimal128, MaxKey, MinKey, Opaque, type Value } from '../bson/value.ts';
import { compareValues } from './compare.ts';

/** Conditions on the values at one path, all of which hold. */
export type Bound = { eq?: Value; in?: readonly Value[]; gt?: Value; gte?: Value; lt?: Value; lte?: Value };

export type Bounds = Map<string, Bound>;

/** Notes a condition that every match meets. Of two of the same kind the tighter one stays. */
export function addBound(bounds: Bounds | undefined, path: string, kind: keyof Bound, operand: Value): void {
  if (!bounds || !hasKey(operand, kind)) return;
  const bound = bounds.get(path) ?? {};
  const known = bound[kind];
  bounds.set(path, bound);
  if (kind === 'in') bound.in ??= operand as Value[];
  else if (known === undefined || tighter(operand, known as Value, kind)) bound[kind] = operand;
}

function tighter(operand: Value, known: Value, kind: keyof Bound): boolean {
  const compared = compareValues(operand, known);
  return kind === 'gt' || kind === 'gte' ? compared > 0 : kind !== 'eq' && compared < 0;
}

/** Whether index keys answer the condition: an array may be matched by its elements, decimals have no keys. */
function hasKey(operand: Value, kind: keyof Bound): boolean {
  if (kind === 'in') return (operand as Value[]).every((member) => hasKey(member, 'eq'));
  if (Array.isArray(operand) || (operand === null && kind !== 'eq')) return false;
  return ![Decimal128, MinKey, MaxKey, Opaque].some((type) => operand instanceof type);
}
