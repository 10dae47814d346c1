import { Decimal128, Int32, int32, isInt32, type Value } from '../../bson/value.ts';
import { notSupported } from '../errors.ts';

export type Numeric = Int32 | number | bigint;

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

export const fitsLong = (value: bigint): boolean => value >= LONG_MIN && value <= LONG_MAX;

/** @throws MongoError 115 for Decimal128, which is never computed with. */
export function isNumeric(value: Value | undefined): value is Numeric {
  if (value instanceof Decimal128) throw notSupported('Computing with Decimal128');
  return typeof value === 'number' || value instanceof Int32 || typeof value === 'bigint';
}

export const isIntegral = (value: Numeric): value is Int32 | bigint => typeof value !== 'number';

export const toDouble = (value: Numeric): number => (value instanceof Int32 ? value.value : Number(value));

export const toBig = (value: Int32 | bigint): bigint => (value instanceof Int32 ? BigInt(value.value) : value);

/** An int32 if it fits and `long` does not ask for more, an int64 if it fits, else a double. */
export function integer(value: bigint, long: boolean): Numeric {
  if (!long && value >= -0x80000000n && value <= 0x7fffffffn) return int32(Number(value));
  return fitsLong(value) ? value : Number(value);
}

/** A count: int32 as long as it fits. */
export const count = (value: number): Numeric => (isInt32(value) ? int32(value) : BigInt(value));

/**
 * The sum of numbers in MongoDB's manner: integers exactly, doubles with the rounding errors carried along (Knuth's
 * two-sum), and the result in the widest of their types.
 */
export class Sum {
  private small = 0;
  private big = 0n;
  private high = 0;
  private low = 0;
  private special = 0;
  private type: 'int' | 'long' | 'double' = 'int';

  add(value: Numeric): void {
    if (value instanceof Int32) {
      this.small += value.value;
      if (!Number.isSafeInteger(this.small)) this.spill();
    } else if (typeof value === 'bigint') {
      this.big += value;
      if (this.type === 'int') this.type = 'long';
    } else {
      this.type = 'double';
      this.addDouble(value);
    }
  }

  /** What was summed, as a double. */
  double(): number {
    if (this.type !== 'double') return Number(this.big + BigInt(this.small));
    this.spill();
    const whole = Number(this.big);
    this.addDouble(whole);
    this.addDouble(Number(this.big - BigInt(whole)));
    this.big = 0n;
    const total = this.high + this.low;
    return Number.isFinite(total) ? total : this.special;
  }

  value(): Numeric {
    return this.type === 'double' ? this.double() : integer(this.big + BigInt(this.small), this.type === 'long');
  }

  private spill(): void {
    this.big += BigInt(this.small);
    this.small = 0;
  }

  private addDouble(value: number): void {
    this.special += value;
    const sum = this.high + value;
    const part = sum - this.high;
    this.low += this.high - (sum - part) + (value - part);
    this.high = sum;
  }
}
