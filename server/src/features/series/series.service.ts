import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { Run } from '@cobench/shared/runs/run';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { LimitsVersion } from '@cobench/shared/series/phase';
import type { NewPoint, SeriesPoint } from '@cobench/shared/series/point';
import type { NewSeries, Series, SeriesEdit } from '@cobench/shared/series/series';
import { unfitPoint } from '@cobench/shared/series/unfit-point';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import { newSeries } from './new-series.ts';
import { feedSeries } from './series-feed.ts';
import { seriesIntake } from './series-intake.ts';
import { judgedPoints } from './series-reader.ts';
import { seriesRevisions } from './series-revisions.ts';
import type { SeriesQuery, SpcRepo } from './series.repo.ts';

type ById = { id: string };
type Deps = {
  repo: SpcRepo;
  projects: { get(actor: Actor, ref: ById): Promise<Project> };
  instruments: { get(actor: Actor, ref: ById): Promise<Instrument> };
  runs: {
    get(actor: Actor, ref: ById): Promise<Run>;
    /** A run of the organisation, whoever may see it. */
    find(orgId: string, id: string): Promise<Run | null>;
    /** Events of a run after a number, in order, whoever may see it. */
    events(orgId: string, id: string, range: { after: number; limit: number; upTo: number }): Promise<RunEvent[]>;
  };
  /** Whether somebody can work on the alerts of a project. @throws Fault `input.invalid` where they cannot */
  nameOwner: (orgId: string, of: { projectId: string; ownerId: string; field: string }) => Promise<string>;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
type PointQuery = { limit: number; before?: number | undefined; after?: number | undefined };
export type SeriesService = ReturnType<typeof seriesService>;

export function seriesService({ repo, projects, instruments, runs, nameOwner, trail, events, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.series.find(orgId, id);
  const intake = seriesIntake({ repo, events, clock });
  const { completeSubgroups } = feedSeries({
    repo,
    intake,
    runOf: runs.find,
    eventsOf: runs.events,
    events,
    clock,
  });

  events.on('project.deleted', ({ orgId, id }) => repo.series.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.series.hideProject(orgId, project.id, false));

  /** @throws Fault `input.invalid` where something that feeds it does not exist for the actor, or is of another project */
  async function requireSource(actor: Actor, { projectId, source }: Pick<NewSeries, 'projectId' | 'source'>) {
    const runId = source.from === 'metric' ? source.runId : null;
    const [run] = await Promise.all([
      runId === null ? null : referenced('source/runId', runs.get(actor, { id: runId })),
      referenced('projectId', projects.get(actor, { id: projectId })),
      source.instrumentId === null
        ? null
        : referenced('source/instrumentId', instruments.get(actor, { id: source.instrumentId })),
    ]);
    if (run && run.projectId !== projectId) throw invalidField('source/runId', 'This run is of another project.');
    const other = run && source.instrumentId !== null && run.instrumentId !== source.instrumentId;
    if (other) throw invalidField('source/instrumentId', 'The run is not on this instrument.');
  }

  /** @throws Fault `input.invalid` where who is to look after its alerts cannot */
  async function requireOwner(
    { orgId }: Actor,
    { projectId, plan }: { projectId: string; plan?: ActionPlan | undefined },
  ) {
    const ownerId = plan?.ownerId ?? null;
    if (ownerId !== null) await nameOwner(orgId, { projectId, ownerId, field: 'plan/ownerId' });
  }

  return {
    ...seriesRevisions({ repo, runOf: runs.find, trail, events, clock }),
    completeSubgroups,

    async list(actor: Actor, query: SeriesQuery): Promise<Page<Series>> {
      await authorize(actor, 'series.read');
      return repo.series.list(actor, query);
    },

    /** The series, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: ById): Promise<Series> => authorize(actor, 'series.read', find(id)),

    /** @throws Fault `input.invalid` where what it is fed from does not exist for the actor; `name.taken` */
    async create(actor: Actor, input: NewSeries): Promise<Series> {
      await authorize(actor, 'series.create');
      await requireSource(actor, input);
      await requireOwner(actor, input);
      const { chart, version } = newSeries(input, { at: clock().toISOString(), byName: actor.name });
      const by = { createdBy: actor.personId, version };
      const series = await trail.record(actor, 'series.create', { change: () => repo.create(actor.orgId, chart, by) });
      await events.publish({ type: 'series.changed', orgId: actor.orgId, series });
      return series;
    },

    /** @throws Fault `edit.conflict` where somebody changed it since it was seen; `name.taken` */
    async edit(actor: Actor, { id, archived, ...edit }: ById & SeriesEdit & { revision: number }): Promise<Series> {
      const { projectId } = await authorize(actor, 'series.edit', find(id));
      await requireOwner(actor, { projectId, plan: edit.plan });
      const { orgId } = actor;
      const to = { ...edit, ...(archived !== undefined && { archived: archived ? clock() : null }) };
      const changed = await trail.record(actor, 'series.edit', {
        before: () => repo.series.find(orgId, id),
        change: () => repo.edit(orgId, id, to),
        told: ({ series }) => series,
      });
      if (!changed) throw new Fault('edit.conflict');
      const { series, alerts } = changed;
      await Promise.all([
        ...alerts.map((alert) => events.publish({ type: 'alert.changed', orgId, alert })),
        events.publish({ type: 'series.changed', orgId, series }),
      ]);
      return series;
    },

    /** The newest points, those before one, or those after one; oldest first. */
    async points(actor: Actor, { id, limit, before, after }: ById & PointQuery): Promise<{ items: SeriesPoint[] }> {
      const series = await authorize(actor, 'series.read', find(id));
      const end = Math.min(before ?? series.pointCount, series.pointCount);
      const range =
        after === undefined ? { first: end - limit, end } : { first: after + 1, end: Math.min(end, after + 1 + limit) };
      return { items: await judgedPoints(repo.points, { orgId: actor.orgId, series, ...range }) };
    },

    /** Up to `limit` points after an index, in order. */
    async pointsAfter(
      actor: Actor,
      { id, after, limit }: ById & { after: number; limit: number },
    ): Promise<SeriesPoint[]> {
      const series = await authorize(actor, 'series.read', find(id));
      const range = { first: after + 1, end: after + 1 + limit };
      return judgedPoints(repo.points, { orgId: actor.orgId, series, ...range });
    },

    /**
     * Points that somebody brings: stored, judged and told when this resolves. One whose key is known is not stored again.
     * @throws Fault `input.invalid` where the chart cannot show a point, `state.conflict` where the series takes none
     */
    async addPoints(
      actor: Actor,
      { id, points }: ById & { points: NewPoint[] },
    ): Promise<{ accepted: number; duplicates: number; pointCount: number }> {
      const series = await authorize(actor, 'series.record', find(id));
      if (series.source.from !== 'points') {
        throw new Fault('state.conflict', { detail: 'This chart is fed by runs: points are measured by them.' });
      }
      if (series.archived !== null) throw archivedFault();
      for (const [i, point] of points.entries()) {
        const wrong = unfitPoint(series.chart, point);
        if (wrong) throw invalidField(`points/${i}/${wrong.field}`, wrong.words);
      }
      const now = clock().toISOString();
      const by = { id: actor.personId, name: actor.name };
      const measured = points.map(({ key, at = now, items, size, label }) => ({
        items,
        size: size ?? series.chart.sampleSize,
        at,
        from: `key:${key}`,
        run: null,
        label,
        by,
      }));
      const taken = await intake.deliver(actor.orgId, { seriesId: id, measured });
      if (!taken) throw archivedFault();
      return { accepted: taken.fresh, duplicates: points.length - taken.fresh, pointCount: taken.pointCount };
    },

    /** The versions of its limits, newest first. */
    async limits(
      actor: Actor,
      { id, ...query }: ById & { limit: number; cursor?: string | undefined },
    ): Promise<Page<LimitsVersion>> {
      await authorize(actor, 'series.read', find(id));
      return repo.limits.list(actor.orgId, id, query);
    },
  };
}

const archivedFault = (): Fault =>
  new Fault('state.conflict', { detail: 'This chart was put away: it takes no points.' });
