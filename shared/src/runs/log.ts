import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById } from '../ids.ts';
import { severalOf } from '../several-of.ts';
import { logLevels, MetricName, RunEvent } from './run-event.ts';

const Seq = z.coerce.number().int().min(0);

export const runLogEndpoints = {
  log: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/log',
    access: 'run.read',
    summary: 'The log of a run, a part at a time: everything that happened but measurements and progress',
    input: ById.extend({
      before: Seq.optional().describe('The newest lines before this event; without any end the newest there are'),
      after: Seq.optional().describe('The oldest lines after this event'),
      q: z.string().trim().max(200).optional().describe('Only lines that contain this'),
      levels: severalOf(logLevels)
        .optional()
        .describe('Only log lines of these levels, with commas; what is no log line is always there'),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    output: z.object({
      items: z.array(RunEvent).describe('In order'),
      from: z.int().describe('The oldest event that was looked at; 1 is the first there is'),
      to: z.int().describe('The newest event that was looked at'),
      lastSeq: z.int().describe('The newest event there is'),
    }),
  }),
  logFile: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/log-file',
    access: 'run.read',
    summary: 'The whole log of a run as a file: text, or JSON with one event a line',
    input: ById.extend({ format: z.enum(['text', 'json']).default('text') }),
    output: z.string(),
    file: true,
  }),
  telemetryFile: endpoint({
    method: 'get',
    path: '/api/v1/runs/:id/telemetry-file',
    access: 'run.read',
    summary: 'Every measured point of a run as CSV, in the order in which they were stored',
    input: ById.extend({ metric: MetricName.optional() }),
    output: z.string(),
    file: true,
  }),
};
