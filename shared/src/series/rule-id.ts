import { z } from 'zod';

/** What a run rule is called in its rule set, such as “WE1” or “1-3s”; people may name their own. */
export const RuleId = z
  .string()
  .trim()
  .min(1, 'A rule needs a name.')
  .max(20, 'At most 20 characters.')
  .regex(/^[A-Za-z0-9.-]+$/, 'Letters, digits, - and . only.')
  .meta({ id: 'RuleId' });
export type RuleId = z.infer<typeof RuleId>;
