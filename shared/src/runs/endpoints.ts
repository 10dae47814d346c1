import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { RunBatch, RunEvent } from './run-event.ts';
import { NewRun, Run, RunState } from './run.ts';

const Reason = z.string().trim().max(500, 'At most 500 characters.').default('');

/** One metric of a run, oldest point first. `at` is when the instrument saw it, or when it was stored if it did not say. */
export const Telemetry = z
  .object({
    name: z.string(),
    unit: z.string(),
    points: z.array(z.object({ seq: z.int(), at: Instant, value: z.number() })),
  })
  .meta({ id: 'Telemetry' });
export type Telemetry = z.infer<typeof Telemetry>;

export const runEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/runs',
    access: 'run.read',
    summary: 'Runs, newest first',
    input: z.strictObject({
      ...pageQuery,
      projectId: Id.optional(),
      state: RunState.optional(),
      q: z.string().trim().max(120).optional(),
    }),
    output: pageOf(Run),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id',
    access: 'run.read',
    summary: 'One run',
    input: ById,
    output: Run,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/runs',
    access: 'run.create',
    summary: 'Create a run; with an instrument it is queued, without one pending',
    input: NewRun,
    output: Run,
    status: 201,
  }),
  start: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/start',
    access: 'run.execute',
    summary: 'Start a run',
    input: ById,
    output: Run,
  }),
  finish: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/finish',
    access: 'run.execute',
    summary: 'Finish a run as completed or failed',
    input: ById.extend({ outcome: z.enum(['completed', 'failed']), reason: Reason }),
    output: Run,
  }),
  cancel: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/cancel',
    access: 'run.execute',
    summary: 'Cancel a run that has not ended',
    input: ById.extend({ reason: Reason }),
    output: Run,
  }),
  record: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/events',
    access: 'run.ingest',
    summary: 'Ingest: append a batch of progress, log lines and metric points',
    input: RunBatch.strict(),
    output: z.object({ lastSeq: z.int(), stored: z.int(), duplicate: z.boolean() }),
  }),
  events: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/events',
    access: 'run.read',
    summary: 'The events of a run after a sequence number, in order',
    input: ById.extend({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(500),
    }),
    output: z.object({ items: z.array(RunEvent), lastSeq: z.int() }),
  }),
  telemetry: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/telemetry',
    access: 'run.read',
    summary: 'The newest 5,000 points of each metric of a run',
    input: ById,
    output: z.object({ metrics: z.array(Telemetry), lastSeq: z.int() }),
  }),
};
