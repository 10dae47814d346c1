import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { LimitsVersion } from './phase.ts';
import { NewPoint, SeriesPoint } from './point.ts';
import { Revision, RevisionDiff, revisionFields } from './revision.ts';
import { NewSeries, Series, SeriesEdit } from './series.ts';

const Index = z.coerce.number<number | string>().int().min(-1).max(1e9);

export const seriesEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/series',
    access: 'series.read',
    summary: 'Control charts, by name',
    input: z.strictObject({
      ...pageQuery,
      projectId: Id.optional(),
      q: z.string().trim().max(120).optional(),
      instrumentId: Id.optional(),
      runId: Id.optional().describe('Those that are fed by this run alone'),
      archived: z.stringbool({ error: 'Say true or false.' }).optional().describe('True: those that were put away'),
    }),
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
    summary: 'Create a control chart of a metric, of results, or of points that are brought',
    input: NewSeries,
    output: Series,
    status: 201,
  }),
  edit: endpoint({
    method: 'patch',
    path: '/api/v1/series/:id',
    access: 'series.edit',
    summary: 'Change what a control chart is called, what is asked of the product and its plan, or put it away',
    input: ById.extend({ revision: Version, ...SeriesEdit.shape }),
    output: Series,
  }),
  points: endpoint({
    method: 'get',
    path: '/api/v1/series/:id/points',
    access: 'series.read',
    summary: 'Points of a control chart, oldest first: the newest, those before one, or those after one',
    input: ById.extend({
      limit: z.coerce.number<number | string>().int().min(1).max(10_000).default(1000),
      before: Index.optional(),
      after: Index.optional(),
    }),
    output: z.object({ items: z.array(SeriesPoint) }),
  }),
  addPoints: endpoint({
    method: 'post',
    path: '/api/v1/series/:id/points',
    access: 'series.record',
    summary: 'Bring points; one that is sent again under its key is not stored again',
    input: ById.extend({
      points: z.array(NewPoint).min(1, 'At least one point.').max(1000, 'At most 1,000 points at once.'),
    }),
    output: z.object({ accepted: z.int(), duplicates: z.int(), pointCount: z.int() }),
  }),
  revise: endpoint({
    method: 'post',
    path: '/api/v1/series/:id/revisions',
    access: 'series.edit',
    summary: 'Change how points are judged: limits, rules, phases, excluded points',
    input: ById.extend({
      ...revisionFields,
      revision: Version,
      reason: z.string().trim().min(1, 'Say why.').max(1000, 'At most 1,000 characters.'),
    }),
    output: z.object({ series: Series, diff: RevisionDiff }),
  }),
  preview: endpoint({
    method: 'post',
    path: '/api/v1/series/:id/revisions/preview',
    access: 'series.read',
    summary: 'What such a change would make appear and vanish',
    input: ById.extend(Revision.shape),
    output: RevisionDiff,
  }),
  limits: endpoint({
    method: 'get',
    path: '/api/v1/series/:id/limits',
    access: 'series.read',
    summary: 'The versions of the limits of a control chart, newest first',
    input: ById.extend(pageQuery),
    output: pageOf(LimitsVersion),
  }),
};
