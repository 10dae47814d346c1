import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { severalOf } from '../several-of.ts';
import { IngestInput, RunReceipt } from './ingest.ts';
import { runStates } from './life-cycle.ts';
import { runLogEndpoints } from './log.ts';
import { ReportedResult } from './result.ts';
import { RunEvent } from './run-event.ts';
import { NewRun, Run, RunEdit, RunState } from './run.ts';
import { telemetryEndpoints } from './telemetry.ts';

const Reason = z.string().trim().max(500, 'At most 500 characters.').default('');

/** So many runs of one state are counted; there may be more. */
export const mostCounted = 1000;

export const RunCounts = z
  .record(RunState, z.int().min(0).describe(`${mostCounted} stands for that many or more`))
  .meta({ id: 'RunCounts' });
export type RunCounts = z.infer<typeof RunCounts>;

export const runEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/runs',
    access: 'run.read',
    summary: 'Runs, newest first',
    input: z.strictObject({
      ...pageQuery,
      projectId: Id.optional(),
      instrumentId: Id.optional(),
      createdBy: Id.optional(),
      state: severalOf(runStates).optional().describe('In one of these states, with commas'),
      q: z.string().trim().max(120).optional(),
    }),
    output: pageOf(Run),
  }),
  counts: endpoint({
    method: 'get',
    path: '/api/v1/runs/counts',
    access: 'run.read',
    summary: 'How many runs are in each state',
    input: z.strictObject({
      projectId: Id.optional(),
      instrumentId: Id.optional(),
      createdBy: Id.optional(),
      q: z.string().trim().max(120).optional(),
    }),
    output: RunCounts,
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
    summary: 'Create a run; with an instrument it is queued, or blocked where that is locked out; without one pending',
    input: NewRun.extend({
      onLockout: z
        .enum(['block', 'reject'])
        .default('block')
        .describe('Whether a run on an instrument that is locked out is stored as blocked, or refused'),
    }),
    output: Run,
    status: 201,
  }),
  edit: endpoint({
    method: 'patch',
    path: '/api/v1/runs/:id',
    access: 'run.execute',
    summary: 'Change the name and description of a run, and until it starts how it is set up',
    input: ById.extend({ revision: Version, ...RunEdit.shape }),
    output: Run,
  }),
  unblock: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/unblock',
    access: 'run.execute',
    summary: 'Check the instrument of a blocked run again, and queue the run where nothing is in the way any more',
    input: ById,
    output: Run,
  }),
  override: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/override',
    access: 'run.override',
    summary: 'Queue a blocked run although the calibration of its instrument is not valid, and say why',
    input: ById.extend({
      reason: z.string().trim().min(10, 'Say why, in at least 10 characters.').max(500, 'At most 500 characters.'),
    }),
    output: Run,
  }),
  recordResult: endpoint({
    method: 'post',
    path: '/api/v1/runs/:id/results',
    access: 'run.execute',
    summary: 'Record a result of a run that has started; the newest of a name counts',
    input: ById.extend({ result: ReportedResult }),
    output: Run,
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
    input: IngestInput,
    output: RunReceipt,
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
  ...telemetryEndpoints,
  ...runLogEndpoints,
};
