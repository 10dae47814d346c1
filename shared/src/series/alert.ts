import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { ControlLimits, RuleId } from './series.ts';

export const alertStates = ['open', 'acknowledged'] as const;

/**
 * A process out of control: consecutive signals of one rule on one side of the centre line are one alert.
 * `firstIndex` is the point that opened it, `signals` how many points it has by now.
 */
export const Alert = z
  .object({
    id: Id,
    seriesId: Id,
    seriesName: z.string(),
    projectId: Id,
    metric: z.string(),
    unit: z.string(),
    rule: RuleId,
    side: z.enum(['above', 'below']),
    firstIndex: z.int(),
    lastIndex: z.int(),
    signals: z.int().min(1),
    /** The value of the point that opened it. */
    value: z.number(),
    limits: ControlLimits,
    runId: Id,
    runName: z.string(),
    openedAt: Instant,
    lastAt: Instant,
    state: z.enum(alertStates),
    acknowledgedAt: Instant.nullable(),
    acknowledgedByName: z.string().nullable(),
    comment: z.string(),
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof Alert>;

export const alertEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/alerts',
    access: 'alert.read',
    summary: 'Alerts, newest first',
    input: z.strictObject({ ...pageQuery, state: z.enum(alertStates).optional(), seriesId: Id.optional() }),
    output: pageOf(Alert),
  }),
  acknowledge: endpoint({
    method: 'post',
    path: '/api/v1/alerts/:id/acknowledge',
    access: 'alert.acknowledge',
    summary: 'Acknowledge an alert; the first to do so is the one recorded',
    input: ById.extend({ comment: z.string().trim().max(1000, 'At most 1,000 characters.').default('') }),
    output: Alert,
  }),
};
