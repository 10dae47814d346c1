import { z } from 'zod';
import { Id, Instant } from '../ids.ts';
import { Measured } from '../runs/measured.ts';
import { RuleId } from './rule-id.ts';

export const Exclusion = z.object({ byName: z.string(), at: Instant, reason: z.string() }).meta({ id: 'Exclusion' });
export type Exclusion = z.infer<typeof Exclusion>;

/**
 * One point of a chart: what was measured, the plotted statistic, its own lines, and the rules that it signals. It is judged
 * by the phase that it belongs to as that is now: verdicts follow from the points and the phases, they are not stored. An
 * excluded point signals nothing and is a gap for limits and rules.
 */
export const SeriesPoint = z
  .object({
    /** 0, 1, 2 … per series without gaps. */
    index: z.int().min(0),
    /** When its last measurement was made, or else stored. */
    at: Instant,
    /** One for individuals and counts, more for subgroups; null is missing. */
    items: z.array(z.number().nullable()),
    /** What a count is out of. */
    size: z.number().nullable(),
    /** Null where there is nothing to plot. */
    value: z.number().nullable(),
    /** CUSUM: the lower sum, at most 0. */
    neg: z.number().optional(),
    /** The lines at this point; null while there are no limits. `sigma` is the distance of the zone lines. */
    center: z.number().nullable(),
    sigma: z.number().nullable(),
    ucl: z.number().nullable(),
    lcl: z.number().nullable(),
    rules: z.array(z.string()),
    excluded: Exclusion.nullable(),
    /** The run of its last measurement. */
    runId: Id.nullable(),
    /** Of points that were brought: a batch, a lot; may be empty. */
    label: z.string(),
    /** The person or key that brought it; runs tell who measured. */
    byName: z.string().optional(),
  })
  .meta({ id: 'SeriesPoint' });
export type SeriesPoint = z.infer<typeof SeriesPoint>;

/** A point as it is brought. */
export const NewPoint = z
  .strictObject({
    items: z.array(Measured.nullable()).min(1, 'At least one measurement.').max(100, 'At most 100 measurements.'),
    size: z.number().positive('Above 0.').max(1e12, 'At most 1e12.').nullable().default(null),
    at: Instant.optional().describe('When it was measured; the server adds its own time where it is left out'),
    label: z.string().trim().max(80, 'At most 80 characters.').default(''),
    key: z
      .string()
      .min(1, 'Each point has a key: what is sent again under it is not stored again.')
      .max(64, 'At most 64 characters.'),
  })
  .meta({ id: 'NewPoint' });
export type NewPoint = z.infer<typeof NewPoint>;

/** An alarm as it is seen on a chart: consecutive signals of one rule on one side. */
export const Episode = z
  .object({
    rule: RuleId,
    title: z.string(),
    side: z.enum(['above', 'below']).nullable(),
    firstIndex: z.int(),
    lastIndex: z.int(),
    signals: z.int().min(1),
    alertId: Id.nullable(),
  })
  .meta({ id: 'Episode' });
export type Episode = z.infer<typeof Episode>;
