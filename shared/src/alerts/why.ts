import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById } from '../ids.ts';
import { LimitsVersion, SeriesRule } from '../series/phase.ts';
import { SeriesPoint } from '../series/point.ts';
import { Alert } from './alert.ts';

/** The most points that an explanation has. */
export const mostWhyPoints = 60;

/** Why an alert was raised: everything that its first signal follows from. */
export const AlertWhy = z
  .object({
    alert: Alert,
    /** The rule as it was then. */
    rule: SeriesRule,
    /** The rule with the numbers of this chart, as a sentence. */
    words: z.string(),
    /** The first and the last point that the rule looked at when it signalled first. */
    window: z.object({ first: z.int(), last: z.int() }),
    /** These points, some before them, and what followed, as they are judged now. */
    points: z.array(SeriesPoint).max(mostWhyPoints),
    /** The limits it was judged by: who set them, why, and from which points. */
    limits: LimitsVersion.nullable(),
    /** How the lines of this chart are found, and where that is published. */
    formula: z.string(),
    source: z.string(),
    /** What was decided where books differ, as far as it matters to this rule. */
    conventions: z.array(z.string()),
  })
  .meta({ id: 'AlertWhy' });
export type AlertWhy = z.infer<typeof AlertWhy>;

export const alertWhyEndpoint = endpoint({
  method: 'get',
  path: '/api/v1/alerts/:id/why',
  access: 'alert.read',
  summary: 'Why an alert was raised: points, lines, rule, limits and formula',
  input: ById,
  output: AlertWhy,
});
