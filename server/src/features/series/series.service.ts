import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { NewSeries, Series, SeriesPoint } from '@cobench/shared/series/series';
import { ruleIds } from '@cobench/shared/spc/index';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import { givenLimits } from './judge.ts';
import { feedSeries } from './series-feed.ts';
import type { SeriesQuery, SpcRepo } from './series.repo.ts';

type ById = { id: string };
type Deps = {
  repo: SpcRepo;
  projects: { get(actor: Actor, ref: ById): Promise<Project> };
  instruments: { get(actor: Actor, ref: ById): Promise<Instrument> };
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
export type SeriesService = ReturnType<typeof seriesService>;

export function seriesService({ repo, projects, instruments, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.series.find(orgId, id);

  feedSeries({ repo, events });
  events.on('project.deleted', ({ orgId, id }) => hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => hideProject(orgId, project.id, false));

  async function hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void> {
    await Promise.all([
      repo.series.hideProject(orgId, projectId, hidden),
      repo.alerts.hideProject(orgId, projectId, hidden),
    ]);
  }

  return {
    async list(actor: Actor, query: SeriesQuery): Promise<Page<Series>> {
      await authorize(actor, 'series.read');
      return repo.series.list(actor, query);
    },

    /** The series, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: ById): Promise<Series> => authorize(actor, 'series.read', find(id)),

    /** @throws Fault `input.invalid` where project or instrument do not exist for the actor; `name.taken` */
    async create(actor: Actor, input: NewSeries): Promise<Series> {
      await authorize(actor, 'series.create');
      const { projectId, instrumentId, limitSource } = input;
      await Promise.all([
        referenced('projectId', projects.get(actor, { id: projectId })),
        instrumentId === null ? null : referenced('instrumentId', instruments.get(actor, { id: instrumentId })),
      ]);
      const made = {
        ...input,
        id: newId(),
        limits: limitSource.from === 'given' ? givenLimits(limitSource) : null,
        rules: ruleIds.filter((rule) => input.rules.includes(rule)),
        pointCount: 0,
        lastValue: null,
        lastAt: null,
        openAlerts: 0,
        version: 0,
        createdAt: clock().toISOString(),
        createdBy: actor.personId,
      };
      const insert = () => repo.series.insert(actor.orgId, made);
      const series = await trail.record(actor, 'series.create', { change: insert });
      await events.publish({ type: 'series.changed', orgId: actor.orgId, series });
      return series;
    },

    /** The newest points, oldest first. */
    async points(actor: Actor, { id, limit }: ById & { limit: number }): Promise<{ items: SeriesPoint[] }> {
      await authorize(actor, 'series.read', find(id));
      return { items: await repo.points.newest(actor.orgId, id, limit) };
    },

    /** Up to `limit` points after an index, in order. */
    async pointsAfter(
      actor: Actor,
      { id, after, limit }: ById & { after: number; limit: number },
    ): Promise<SeriesPoint[]> {
      await authorize(actor, 'series.read', find(id));
      return repo.points.after(actor.orgId, id, { after, limit });
    },
  };
}
