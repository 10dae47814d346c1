import { z } from 'zod';

/** One or several of a few, as a query carries them: with commas. */
export const severalOf = <const T extends readonly string[]>(choices: T) =>
  z
    .string()
    .max(200)
    .transform((text) => text.split(',').filter((one) => one !== ''))
    .pipe(z.array(z.enum(choices)));
