import { z } from 'zod';
import { Measured } from './measured.ts';

/** A number, a text or a yes or no: what parameters are set to and results come out as. */
export const TypedValue = z.union([Measured, z.boolean(), z.string().trim().max(500, 'At most 500 characters.')]);
export type TypedValue = z.infer<typeof TypedValue>;

/** What a parameter or a result is called. */
export const QuantityName = z.string().trim().min(1, 'A name is needed.').max(80, 'At most 80 characters.');

export const Unit = z.string().trim().max(20, 'At most 20 characters.');
