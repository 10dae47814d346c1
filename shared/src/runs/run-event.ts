import { z } from 'zod';
import { Instant } from '../ids.ts';
import { runStates } from './life-cycle.ts';
import { Measured } from './measured.ts';
import { ReportedResult, Result } from './result.ts';
import { StepName, stepTurns } from './step.ts';

export const logLevels = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names of metrics are short and printable, so that they can stand on an axis. */
export const MetricName = z
  .string()
  .trim()
  .min(1, 'A metric needs a name.')
  .max(80, 'At most 80 characters.')
  .regex(/^[\p{L}\p{N} _.:/()%-]+$/u, 'Letters, digits, spaces and _ . : / ( ) % - only.');

const observedAt = Instant.optional().describe('When the instrument saw it; the server adds its own time');
const progress = { kind: z.literal('progress'), fraction: z.number().min(0).max(1) };
const log = { kind: z.literal('log'), level: z.enum(logLevels), text: z.string().max(4000) };
const metric = {
  kind: z.literal('metric'),
  name: MetricName,
  value: Measured,
  unit: z.string().trim().max(20).default(''),
};

const step = { kind: z.literal('step'), name: StepName, turn: z.enum(stepTurns) };

/** What an instrument may report. */
export const ReportedEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...progress, observedAt }),
    z.strictObject({ ...log, observedAt }),
    z.strictObject({ ...metric, observedAt }),
    z.strictObject({ ...step, observedAt }),
    z.strictObject({ kind: z.literal('result'), result: ReportedResult, observedAt }),
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
    z.object({ ...recorded, ...step }),
    z.object({ ...recorded, kind: z.literal('result'), result: Result }),
    z.object({
      ...recorded,
      kind: z.literal('state'),
      state: z.enum(runStates),
      reason: z.string(),
      /** The person or key that did it, by name. */
      by: z.string(),
    }),
    /** The batches `from` to `to` of a sender did not come in time: what follows was stored without them. */
    z.object({ ...recorded, kind: z.literal('gap'), sender: z.string(), from: z.int(), to: z.int() }),
  ])
  .meta({ id: 'RunEvent' });
export type RunEvent = z.infer<typeof RunEvent>;
export type MetricEvent = Extract<RunEvent, { kind: 'metric' }>;
