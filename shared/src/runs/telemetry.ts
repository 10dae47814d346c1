import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Instant } from '../ids.ts';
import { MetricName } from './run-event.ts';

/** The most columns one answer has: more than a screen has pixels to draw them in. */
export const mostColumns = 2000;

/** What was measured of one metric. A point is at the time the instrument saw it, or when it was stored if it did not say. */
export const RunMetric = z
  .object({
    name: z.string(),
    /** The unit that came with the newest point. */
    unit: z.string(),
    count: z.int(),
    firstAt: Instant,
    lastAt: Instant,
    /** The value at `lastAt`. */
    lastValue: z.number(),
  })
  .meta({ id: 'RunMetric' });
export type RunMetric = z.infer<typeof RunMetric>;

/** The points of one metric whose time lies in one pixel column: from `at`, as wide as the answer says. */
export const TelemetryColumn = z.object({
  at: Instant,
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  count: z.int().min(1),
});
export type TelemetryColumn = z.infer<typeof TelemetryColumn>;

export const TelemetryColumns = z
  .object({
    metric: z.string(),
    unit: z.string(),
    /** What the columns cover: what was asked for, or a little more where they were made of roll-ups. */
    from: Instant,
    to: Instant,
    /** Milliseconds that one column is wide. */
    width: z.int().min(1),
    /** Whether every point is a column of its own. */
    exact: z.boolean(),
    /** In the order of time; columns without a point are left out. */
    columns: z.array(TelemetryColumn),
    /** The newest event that was looked at; what comes after it is not among them yet. */
    lastSeq: z.int(),
  })
  .meta({ id: 'TelemetryColumns' });
export type TelemetryColumns = z.infer<typeof TelemetryColumns>;

export const telemetryEndpoints = {
  telemetry: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/telemetry',
    access: 'run.read',
    summary: 'What was measured in a run: its metrics by name',
    input: ById,
    output: z.object({ metrics: z.array(RunMetric), lastSeq: z.int() }),
  }),
  telemetryColumns: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/telemetry/columns',
    access: 'run.read',
    summary: 'One metric of a run for a chart: least, greatest and mean value of each pixel column of a span of time',
    input: ById.extend({
      metric: MetricName,
      from: Instant.optional().describe('The first moment of the span; without it the first point'),
      to: Instant.optional().describe('The last moment of the span; without it the last point'),
      columns: z.coerce.number().int().min(1).max(mostColumns).default(1000),
    }),
    output: TelemetryColumns,
  }),
};
