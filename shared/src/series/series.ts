import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Name, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { Measured, MetricName } from '../runs/run-event.ts';
import { ruleIds } from '../spc/rules.ts';

export const RuleId = z.enum(ruleIds).meta({ id: 'RuleId' });

/** Where the control limits come from: known values, or the first points of the series. */
export const LimitSource = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('given'),
      center: Measured,
      sigma: Measured.positive('Sigma must be above 0.'),
    }),
    z.strictObject({ from: z.literal('baseline'), points: z.int().min(5, 'At least 5 points.').max(1000) }),
  ])
  .meta({ id: 'LimitSource' });
export type LimitSource = z.infer<typeof LimitSource>;

/** The lines of an individuals chart, in the unit of the metric. */
export const ControlLimits = z
  .object({ center: z.number(), sigma: z.number(), ucl: z.number(), lcl: z.number() })
  .meta({ id: 'ControlLimits' });
export type ControlLimits = z.infer<typeof ControlLimits>;

/** An individuals chart fed by one metric of the runs of a project, optionally of one instrument only. */
export const Series = z
  .object({
    id: Id,
    projectId: Id,
    instrumentId: Id.nullable(),
    name: z.string(),
    metric: z.string(),
    unit: z.string(),
    limitSource: LimitSource,
    /** Null while the baseline is still being collected. */
    limits: ControlLimits.nullable(),
    rules: z.array(RuleId),
    pointCount: z.int().min(0),
    lastValue: z.number().nullable(),
    lastAt: Instant.nullable(),
    openAlerts: z.int().min(0),
    /** Grows with every change: of two copies the higher one is the newer. */
    version: Version,
    createdAt: Instant,
  })
  .meta({ id: 'Series' });
export type Series = z.infer<typeof Series>;

export const NewSeries = z.strictObject({
  projectId: Id,
  instrumentId: Id.nullable().default(null),
  name: Name,
  metric: MetricName,
  unit: z.string().trim().max(20).default(''),
  limitSource: LimitSource,
  rules: z.array(RuleId).min(1, 'Choose at least one rule.').default(['WE1', 'WE4']),
});
export type NewSeries = z.infer<typeof NewSeries>;

/**
 * `index` counts 0, 1, 2 … per series without gaps; `at` is when the instrument saw it, or else when it was stored;
 * `rules` are those this point signals. The points of a baseline are not judged.
 */
export const SeriesPoint = z
  .object({
    index: z.int().min(0),
    at: Instant,
    value: z.number(),
    runId: Id,
    runSeq: z.int(),
    rules: z.array(RuleId),
  })
  .meta({ id: 'SeriesPoint' });
export type SeriesPoint = z.infer<typeof SeriesPoint>;

export const seriesEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/series',
    access: 'series.read',
    summary: 'Control charts, by name',
    input: z.strictObject({ ...pageQuery, projectId: Id.optional(), q: z.string().trim().max(120).optional() }),
    output: pageOf(Series),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/series/:id',
    access: 'series.read',
    summary: 'One control chart',
    input: ById,
    output: Series,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/series',
    access: 'series.create',
    summary: 'Create a control chart on a metric',
    input: NewSeries,
    output: Series,
    status: 201,
  }),
  points: endpoint({
    method: 'get',
    path: '/api/v1/series/:id/points',
    access: 'series.read',
    summary: 'The newest points of a control chart, oldest first',
    input: ById.extend({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) }),
    output: z.object({ items: z.array(SeriesPoint) }),
  }),
};
