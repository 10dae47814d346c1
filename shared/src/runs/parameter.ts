import { z } from 'zod';
import { QuantityName, TypedValue, Unit } from './typed-value.ts';

/** What was set for a run: “RF power 300 W”. */
export const Parameter = z.strictObject({ name: QuantityName, value: TypedValue, unit: Unit.default('') });
export type Parameter = z.infer<typeof Parameter>;

/** The parameters of a run, in the order they were given; a name stands once. */
export const Parameters = z
  .array(Parameter)
  .max(100, 'At most 100 parameters.')
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'Each parameter stands once.');
