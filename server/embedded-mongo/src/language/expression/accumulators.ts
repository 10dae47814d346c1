import { typeName, type Value } from '../../bson/value.ts';
import { compareValues } from '../compare.ts';
import { location } from '../errors.ts';
import { ValueSet } from '../value-map.ts';
import { nullish, compileArguments, type Operator } from './core.ts';
import { count, isNumeric, Sum, toDouble } from './numbers.ts';

/** What `$group` keeps per group and field. */
export type Accumulator = { add(value: Value | undefined): void; result(): Value };

function sum(): Accumulator {
  const total = new Sum();
  return {
    add(value) {
      if (isNumeric(value)) total.add(value);
    },
    result: () => total.value(),
  };
}

function average(): Accumulator {
  const total = new Sum();
  let n = 0;
  return {
    add(value) {
      if (!isNumeric(value)) return;
      total.add(value);
      n++;
    },
    result: () => (n === 0 ? null : total.double() / n),
  };
}

/** The smallest or largest value that is not null, over all types. */
const extreme = (sign: 1 | -1) => (): Accumulator => {
  let best: Value | undefined;
  return {
    add(value) {
      if (!nullish(value) && (best === undefined || compareValues(value, best) * sign < 0)) best = value;
    },
    result: () => best ?? null,
  };
};

function first(): Accumulator {
  let found: Value | undefined;
  let seen = false;
  return {
    add(value) {
      if (!seen) found = value;
      seen = true;
    },
    result: () => found ?? null,
  };
}

function last(): Accumulator {
  let found: Value | undefined;
  return {
    add(value) {
      found = value;
    },
    result: () => found ?? null,
  };
}

function push(): Accumulator {
  const values: Value[] = [];
  return {
    add(value) {
      if (value !== undefined) values.push(value);
    },
    result: () => values,
  };
}

function addToSet(): Accumulator {
  const values: Value[] = [];
  const known = new ValueSet();
  return {
    add(value) {
      if (value !== undefined && known.add(value)) values.push(value);
    },
    result: () => values,
  };
}

function counter(): Accumulator {
  let n = 0;
  return {
    add() {
      n++;
    },
    result: () => count(n),
  };
}

function mergeObjects(): Accumulator {
  const merged = new Map<string, Value>();
  return {
    add(value) {
      if (nullish(value)) return;
      if (!(value instanceof Map))
        throw location(40400, `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`);
      for (const [key, member] of value) merged.set(key, member);
    },
    result: () => merged,
  };
}

/** Welford's running variance, as MongoDB computes it. */
const deviation = (sample: 0 | 1) => (): Accumulator => {
  let n = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      if (!isNumeric(value)) return;
      const x = toDouble(value);
      const delta = x - mean;
      mean += delta / ++n;
      squares += delta * (x - mean);
    },
    result: () => (n <= sample ? null : Math.sqrt(squares / (n - sample))),
  };
};

export const ACCUMULATORS: ReadonlyMap<string, () => Accumulator> = new Map<string, () => Accumulator>([
  ['$sum', sum],
  ['$avg', average],
  ['$min', extreme(1)],
  ['$max', extreme(-1)],
  ['$first', first],
  ['$last', last],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$count', counter],
  ['$mergeObjects', mergeObjects],
  ['$stdDevPop', deviation(0)],
  ['$stdDevSamp', deviation(1)],
]);

/** The accumulator as an expression: over its arguments, or over the members of its only argument if that is an array. */
const overValues =
  (make: () => Accumulator): Operator =>
  (operand, context) => {
    const compiled = compileArguments(operand, context);
    return (scope) => {
      const accumulator = make();
      const values = compiled.map((argument) => argument(scope));
      const [only] = values;
      for (const value of values.length === 1 && Array.isArray(only) ? only : values) accumulator.add(value);
      return accumulator.result();
    };
  };

export const accumulators: Record<string, Operator> = {
  $sum: overValues(sum),
  $avg: overValues(average),
  $min: overValues(extreme(1)),
  $max: overValues(extreme(-1)),
  $stdDevPop: overValues(deviation(0)),
  $stdDevSamp: overValues(deviation(1)),
};
