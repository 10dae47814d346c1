import { z } from 'zod';

/** What an instrument measures: finite, and small enough that means and squares of it are finite too. */
export const Measured = z.number().min(-1e100, 'At least -1e100.').max(1e100, 'At most 1e100.');
