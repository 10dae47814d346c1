import { z } from 'zod';
import { Id } from '../ids.ts';
import { MetricName } from '../runs/run-event.ts';
import { QuantityName } from '../runs/typed-value.ts';

const instrumentId = Id.nullable().default(null);

/** What feeds a series. */
export const SeriesSource = z
  .discriminatedUnion('from', [
    /** Points of a metric of the runs of the project: of one run, of those on one instrument, or of all of them. */
    z.strictObject({
      from: z.literal('metric'),
      metric: MetricName,
      instrumentId,
      runId: Id.nullable().default(null),
    }),
    /** A numeric result of the runs of the project: a property that was measured on their samples. */
    z.strictObject({ from: z.literal('result'), name: QuantityName, instrumentId }),
    /** Points that people, programs and CSV files bring; the instrument is the tool they are about. */
    z.strictObject({ from: z.literal('points'), instrumentId }),
  ])
  .meta({ id: 'SeriesSource' });
export type SeriesSource = z.infer<typeof SeriesSource>;

/** What is measured, as people call it; empty where points are brought. */
export function quantityOf(source: SeriesSource): string {
  switch (source.from) {
    case 'metric':
      return source.metric;
    case 'result':
      return source.name;
    case 'points':
      return '';
    default:
      return source satisfies never;
  }
}

/** How measurements make up one point of the chart. Those that are brought as points are points already. */
export const Subgrouping = z
  .discriminatedUnion('by', [
    /** Each measurement is a point. */
    z.strictObject({ by: z.literal('each') }),
    /** So many in a row. */
    z.strictObject({ by: z.literal('count'), size: z.int().min(2, 'At least 2.').max(100, 'At most 100.') }),
    /** All of one run: complete when it ends, or, what comes after its end, when another run measures. */
    z.strictObject({ by: z.literal('run') }),
    /** All of one span of time, counted from midnight UTC. */
    z.strictObject({
      by: z.literal('time'),
      seconds: z.int().min(1, 'At least a second.').max(86_400, 'At most a day.'),
    }),
  ])
  .meta({ id: 'Subgrouping' });
export type Subgrouping = z.infer<typeof Subgrouping>;

/** A subgroup by run or time that has so many measurements is complete; what comes then begins another. */
export const largestSubgroup = 1000;
