import { z } from 'zod';
import { Id, Instant } from '../ids.ts';
import { runStates } from './life-cycle.ts';

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names of metrics are short and printable, so that they can stand on an axis. */
export const MetricName = z
  .string()
  .trim()
  .min(1, 'A metric needs a name.')
  .max(80, 'At most 80 characters.')
  .regex(/^[\p{L}\p{N} _.:/()%-]+$/u, 'Letters, digits, spaces and _ . : / ( ) % - only.');

/** What an instrument measures: finite, and small enough that means and squares of it are finite too. */
export const Measured = z.number().min(-1e100, 'At least -1e100.').max(1e100, 'At most 1e100.');

const observedAt = Instant.optional().describe('When the instrument saw it; the server adds its own time');
const progress = { kind: z.literal('progress'), fraction: z.number().min(0).max(1) };
const log = { kind: z.literal('log'), level: z.enum(logLevels), text: z.string().max(4000) };
const metric = {
  kind: z.literal('metric'),
  name: MetricName,
  value: Measured,
  unit: z.string().trim().max(20).default(''),
};

/** What an instrument may report. */
export const ReportedEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...progress, observedAt }),
    z.strictObject({ ...log, observedAt }),
    z.strictObject({ ...metric, observedAt }),
    z.strictObject({
      kind: z.literal('state'),
      state: z.enum(['running', 'completed', 'failed']),
      reason: z.string().trim().max(500).default(''),
      observedAt,
    }),
  ])
  .meta({ id: 'ReportedEvent' });
export type ReportedEvent = z.infer<typeof ReportedEvent>;

/** `seq` counts 1, 2, 3 … per run without gaps; `at` is when the server stored it. */
const recorded = { seq: z.int().min(1), at: Instant, observedAt: Instant.nullable() };

/** One line of a run's history, as stored and streamed. */
export const RunEvent = z
  .discriminatedUnion('kind', [
    z.object({ ...recorded, ...progress }),
    z.object({ ...recorded, ...log }),
    z.object({ ...recorded, ...metric, unit: z.string() }),
    z.object({
      ...recorded,
      kind: z.literal('state'),
      state: z.enum(runStates),
      reason: z.string(),
      /** The person or key that did it, by name. */
      by: z.string(),
    }),
  ])
  .meta({ id: 'RunEvent' });
export type RunEvent = z.infer<typeof RunEvent>;
export type MetricEvent = Extract<RunEvent, { kind: 'metric' }>;

/** The most events one batch may carry. */
export const longestBatch = 500;

/** A batch from an instrument. Sending the same `batch` again stores nothing twice and answers the same. */
export const RunBatch = z.object({
  id: Id,
  batch: z.string().min(1).max(100).describe('Idempotency key of this batch, chosen by the sender'),
  events: z
    .array(ReportedEvent)
    .max(longestBatch, `At most ${longestBatch} events in a batch.`)
    .describe('Empty: a bare heartbeat'),
});
