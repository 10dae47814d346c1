import { z } from 'zod';
import { Id, Instant } from '../ids.ts';
import { Measured } from './measured.ts';
import { QuantityName, TypedValue, Unit } from './typed-value.ts';

/** What a value has to be within; either end may be open. */
export const Tolerance = z
  .strictObject({ lower: Measured.nullable().default(null), upper: Measured.nullable().default(null) })
  .refine(({ lower, upper }) => lower !== null || upper !== null, 'A tolerance has at least one end.')
  .refine(
    ({ lower, upper }) => lower === null || upper === null || lower <= upper,
    'The lower end is above the upper.',
  );
export type Tolerance = z.infer<typeof Tolerance>;

const result = {
  name: QuantityName,
  value: TypedValue,
  unit: Unit.default(''),
  tolerance: Tolerance.nullable().default(null).describe('For numbers only'),
};

/** A result as a person or an instrument reports it. The newest of a name counts; all of them stay in the history. */
export const ReportedResult = z
  .strictObject(result)
  .refine(({ value, tolerance }) => tolerance === null || typeof value === 'number', {
    message: 'Only a number has a tolerance.',
    path: ['tolerance'],
  });
export type ReportedResult = z.infer<typeof ReportedResult>;

/** A result of a run: the newest that was reported under its name. */
export const Result = z
  .object({
    ...result,
    unit: z.string(),
    tolerance: z.object({ lower: z.number().nullable(), upper: z.number().nullable() }).nullable(),
    at: Instant,
    /** The person or key that reported it. */
    by: z.string(),
    byId: Id,
  })
  .meta({ id: 'Result' });
export type Result = z.infer<typeof Result>;

/** The most results of one run. */
export const mostResults = 200;

/** Whether a value is within its tolerance, the ends included; null where it has none. */
export function verdict({ value, tolerance }: Pick<Result, 'value' | 'tolerance'>): 'pass' | 'fail' | null {
  if (tolerance === null || typeof value !== 'number') return null;
  const { lower, upper } = tolerance;
  return (lower === null || value >= lower) && (upper === null || value <= upper) ? 'pass' : 'fail';
}

/** A value with its unit, as people read it: “101.3 nm”, “yes”. */
export function valueWords({ value, unit }: { value: TypedValue; unit: string }): string {
  const words = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  return unit === '' ? words : `${words} ${unit}`;
}

/** What a value has to be within: “90 to 110 nm”, “at least 90 nm”, “at most 110 nm”. */
export function toleranceWords({ lower, upper }: Tolerance, unit: string): string {
  const words = lower === null ? `at most ${upper}` : upper === null ? `at least ${lower}` : `${lower} to ${upper}`;
  return unit === '' ? words : `${words} ${unit}`;
}
