import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { severalOf } from '../several-of.ts';
import { Alert, alertStates, verdicts } from './alert.ts';
import { alertWhyEndpoint } from './why.ts';

const flag = z.stringbool({ error: 'Say true or false.' });
const Comment = z.string().trim().max(1000, 'At most 1,000 characters.').default('');
const Reason = z.string().trim().min(1, 'Say why.').max(1000, 'At most 1,000 characters.');

export const AlertQuery = z.strictObject({
  ...pageQuery,
  /** One or several, with commas. */
  state: severalOf(alertStates).optional(),
  projectId: Id.optional(),
  seriesId: Id.optional(),
  runId: Id.optional(),
  instrumentId: Id.optional(),
  /** Part of the name of its series, its rule or its run. */
  q: z.string().trim().max(120, 'At most 120 characters.').optional(),
  /** Whoever works on it. */
  ownerId: Id.optional(),
  /** True: what asks for somebody now, neither closed nor withdrawn nor snoozed; false: everything else. */
  active: flag.optional(),
  /** True: only those that keep quiet; false: only those that do not. */
  snoozed: flag.optional(),
});
export type AlertQuery = z.infer<typeof AlertQuery>;

export const alertEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/alerts',
    access: 'alert.read',
    summary: 'Alerts, newest first',
    input: AlertQuery,
    output: pageOf(Alert),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/alerts/:id',
    access: 'alert.read',
    summary: 'One alert with its history',
    input: ById,
    output: Alert,
  }),
  why: alertWhyEndpoint,
  acknowledge: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/acknowledge',
    access: 'alert.acknowledge',
    summary: 'Acknowledge an alert; of those who do it at once all are kept',
    input: ById.extend({ comment: Comment }),
    output: Alert,
  }),
  act: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/action',
    access: 'alert.act',
    summary:
      'Begin to work on an alert by the plan of its series, or give that work to somebody else or another due time',
    input: ById.extend({
      ownerId: Id,
      /** Left out: by the plan where work begins, and as it is otherwise. */
      dueAt: Instant.nullable().optional(),
      /** The alert as it was seen; left out where that does not matter. */
      revision: Version.optional(),
    }),
    output: Alert,
  }),
  step: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/steps/:step',
    access: 'alert.act',
    summary: 'Tick a step of the checklist of an alert, counted from 0, or take that back',
    input: ById.extend({
      step: z.coerce.number<number | string>().int().min(0).max(99),
      done: z.boolean(),
      note: z.string().trim().max(500, 'At most 500 characters.').default(''),
    }),
    output: Alert,
  }),
  close: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/close',
    access: 'alert.close',
    summary: 'Close an alert with its cause, once the required steps are done, or as a false alarm',
    input: ById.extend({
      verdict: z.enum(verdicts),
      cause: z.string().trim().max(1000, 'At most 1,000 characters.').default(''),
      comment: Comment,
      revision: Version,
    }).refine(({ verdict, cause }) => verdict !== 'cause' || cause !== '', {
      path: ['cause'],
      message: 'Say what the cause was.',
    }),
    output: Alert,
  }),
  reopen: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/reopen',
    access: 'alert.act',
    summary: 'Open a closed alert again',
    input: ById.extend({ reason: Reason }),
    output: Alert,
  }),
  snooze: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/snooze',
    access: 'alert.act',
    summary:
      'Keep an alert quiet until a time, for so many points, or until it changes or signals; whatever comes first',
    input: ById.extend({
      /** At most 30 days ahead. */
      until: Instant.nullable().default(null),
      points: z.int().min(1, 'At least 1 point.').max(1_000_000, 'At most 1,000,000 points.').nullable().default(null),
      untilChange: z.boolean().default(false),
      reason: Reason,
    }).refine(({ until, points, untilChange }) => until !== null || points !== null || untilChange, {
      path: ['until'],
      message: 'Say until when.',
    }),
    output: Alert,
  }),
  wake: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/wake',
    access: 'alert.act',
    summary: 'Let a snoozed alert ask for attention again',
    input: ById,
    output: Alert,
  }),
};
