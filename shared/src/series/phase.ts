import { z } from 'zod';
import { Id, Instant } from '../ids.ts';
import { Measured } from '../runs/measured.ts';
import { checkRule } from '../spc/check-rule.ts';
import { rulePatterns } from '../spc/rules.ts';
import { RuleId } from './rule-id.ts';

/** The number of a point: 0, 1, 2 … per series. */
export const PointIndex = z.int('A whole number.').min(0, 'At least 0.').max(1e9, 'At most 1e9.');

/** The most points that limits are estimated from. */
export const longestBaseline = 10_000;

/** Where the control limits of a phase come from. */
export const LimitSource = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('given'),
      center: Measured,
      sigma: Measured.positive('Sigma must be above 0.'),
    }),
    /** The first so many points of the phase. */
    z.strictObject({
      from: z.literal('baseline'),
      points: z.int().min(2, 'At least 2 points.').max(longestBaseline, 'At most 10,000 points.'),
    }),
    /** Points of the series, the first and the last included. */
    z
      .strictObject({ from: z.literal('points'), first: PointIndex, last: PointIndex })
      .refine(({ first, last }) => first < last, { path: ['last'], message: 'The last point comes after the first.' })
      .refine(({ first, last }) => last - first < longestBaseline, {
        path: ['last'],
        message: 'At most 10,000 points.',
      }),
  ])
  .meta({ id: 'LimitSource' });
export type LimitSource = z.infer<typeof LimitSource>;

/** A run rule as data. */
export const SeriesRule = z
  .strictObject({
    id: RuleId,
    title: z.string().trim().min(1, 'Say in words what the rule looks for.').max(200, 'At most 200 characters.'),
    window: z.int(),
    count: z.int(),
    zone: z.number(),
    pattern: z.enum(rulePatterns).optional(),
    warning: z.boolean().optional(),
  })
  .superRefine((rule, context) => {
    const wrong = checkRule(rule);
    if (wrong !== null) context.addIssue({ code: 'custom', message: wrong });
  })
  .meta({ id: 'SeriesRule' });
export type SeriesRule = z.infer<typeof SeriesRule>;

export const SeriesRules = z
  .array(SeriesRule)
  .min(1, 'Choose at least one rule.')
  .max(20, 'At most 20 rules.')
  .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'Each rule has a name of its own.');

/** All that the lines of a chart are drawn from: numbers, see `ChartParameters` of the engine. */
export const LimitParameters = z.looseObject({ center: z.number(), sigma: z.number() }).meta({ id: 'LimitParameters' });
export type LimitParameters = z.infer<typeof LimitParameters>;

/**
 * From point `start` on, until the next phase, points are judged by these limits and rules, afresh: nothing that comes before
 * it counts. The first phase starts at 0.
 */
export const Phase = z
  .object({
    start: PointIndex,
    name: z.string(),
    /** Grows over the whole series with each change of how points of this phase are judged. */
    limitsVersion: z.int().min(1),
    source: LimitSource,
    /** Null while the baseline is still being collected. */
    parameters: LimitParameters.nullable(),
    rules: z.array(SeriesRule),
  })
  .meta({ id: 'Phase' });
export type Phase = z.infer<typeof Phase>;

/** The most phases of one series. */
export const mostPhases = 100;

/** From which points limits were estimated; both ends are included, and `count` are what is left without the excluded. */
export const LimitsBasis = z.object({ first: z.int(), last: z.int(), excluded: z.array(z.int()), count: z.int() });
export type LimitsBasis = z.infer<typeof LimitsBasis>;

/** One version of the limits of a phase, kept for ever. */
export const LimitsVersion = Phase.extend({
  id: Id,
  seriesId: Id,
  /** The version, as the phase says it. */
  version: z.int().min(1),
  at: Instant,
  /** Who made it; Cobench where a baseline became complete. */
  byName: z.string(),
  reason: z.string(),
  /** Null where the values are given, or are not known yet. */
  basedOn: LimitsBasis.nullable(),
  /** What it is, in words: “Limits from points 0 to 24”. */
  change: z.string(),
}).meta({ id: 'LimitsVersion' });
export type LimitsVersion = z.infer<typeof LimitsVersion>;
