import { Int32, type Value } from '../bson/value.ts';
import { encodeKey } from './key.ts';

/** A map whose keys are equal as MongoDB compares values: 1, 1.0 and int64 1 are one key. */
export class ValueMap<T> {
  private readonly strings = new Map<string, T>();
  private readonly numbers = new Map<number, T>();
  private readonly others = new Map<string, T>();

  get(key: Value | undefined): T | undefined {
    if (typeof key === 'string') return this.strings.get(key);
    const number = simpleNumber(key);
    return number === undefined ? this.others.get(hash(key)) : this.numbers.get(number);
  }

  has(key: Value | undefined): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Value | undefined, value: T): void {
    const number = simpleNumber(key);
    if (typeof key === 'string') this.strings.set(key, value);
    else if (number === undefined) this.others.set(hash(key), value);
    else this.numbers.set(number, value);
  }
}

/** Members that are equal count once; which one stays is the first. */
export class ValueSet {
  private readonly known = new ValueMap<true>();

  constructor(members: Iterable<Value> = []) {
    for (const member of members) this.add(member);
  }

  has(value: Value | undefined): boolean {
    return this.known.has(value);
  }

  /** False when an equal value was already there. */
  add(value: Value | undefined): boolean {
    if (this.known.has(value)) return false;
    this.known.set(value, true);
    return true;
  }
}

const hash = (key: Value | undefined): string => encodeKey(key).toString('latin1');

/** What a JavaScript Map compares as MongoDB does (-0 and 0, NaN and NaN included): all but the large int64. */
function simpleNumber(key: Value | undefined): number | undefined {
  if (key instanceof Int32) return key.value;
  if (typeof key === 'number') return key;
  return typeof key === 'bigint' && BigInt(Number(key)) === key ? Number(key) : undefined;
}
