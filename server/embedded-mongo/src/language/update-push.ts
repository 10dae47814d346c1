import { toNumber, typeName, type Doc, type Value } from '../bson/value.ts';
import { compareValues } from './compare.ts';
import { badValue } from './errors.ts';
import { arrayIndex } from './path.ts';
import type { Modifier } from './update-tree.ts';

type Push = {
  each: readonly Value[];
  position?: number | undefined;
  slice?: number | undefined;
  compare?: ((a: Value, b: Value) => number) | undefined;
};

/** `$push` of one value, or of several with `$position`, then `$sort`, then `$slice`. */
export function compilePush(operand: Value, path: string): Modifier {
  const push = operand instanceof Map && operand.has('$each') ? parse(operand) : { each: [operand] };
  return {
    missing: 'create',
    apply(current) {
      if (current !== undefined && !Array.isArray(current))
        throw badValue(`The field '${path}' must be an array but is of type ${typeName(current)}`);
      return apply(push, current ?? []);
    },
  };
}

function apply({ each, position, slice, compare }: Push, current: readonly Value[]): Value[] {
  const out = [...current];
  out.splice(position ?? out.length, 0, ...each);
  if (compare) out.sort(compare);
  if (slice === undefined) return out;
  return slice < 0 ? out.slice(slice) : out.slice(0, slice);
}

function parse(operand: Doc): Push {
  const push: Push = { each: [] };
  for (const [clause, value] of operand) {
    switch (clause) {
      case '$each':
        if (!Array.isArray(value))
          throw badValue(`The argument to $each in $push must be an array but it was of type: ${typeName(value)}`);
        push.each = value;
        break;
      case '$position':
        push.position = whole(clause, value);
        break;
      case '$slice':
        push.slice = whole(clause, value);
        break;
      case '$sort':
        push.compare = sorting(value);
        break;
      default:
        throw badValue(`Unrecognized clause in $push: ${clause}`);
    }
  }
  return push;
}

function whole(clause: string, value: Value): number {
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number))
    throw badValue(`The value for ${clause} must be an integer value but was given type: ${typeName(value)}`);
  return number;
}

function sorting(value: Value): (a: Value, b: Value) => number {
  const direction = toNumber(value);
  if (direction !== undefined) {
    if (direction !== 1 && direction !== -1) throw badValue('The $sort element value must be either 1 or -1');
    return (a, b) => compareValues(a, b) * direction;
  }
  if (!(value instanceof Map))
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  if (value.size === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.');
  const fields = [...value].map(([path, order]) => {
    const sign = toNumber(order);
    if (sign !== 1 && sign !== -1) throw badValue('The $sort element value must be either 1 or -1');
    const names = path.split('.');
    if (names.includes('')) throw badValue(`The $sort field is a dotted field but has an empty part: ${path}`);
    return { names, sign };
  });
  return (a, b) => {
    for (const { names, sign } of fields) {
      const compared = compareValues(plain(a, names), plain(b, names)) * sign;
      if (compared !== 0) return compared;
    }
    return 0;
  };
}

/** The value at a path that is not spread over arrays; null when there is none. */
function plain(value: Value, names: readonly string[]): Value {
  let at: Value | undefined = value instanceof Map ? value : undefined;
  for (const name of names) {
    if (at instanceof Map) at = at.get(name);
    else at = Array.isArray(at) ? at[arrayIndex(name)] : undefined;
  }
  return at ?? null;
}
