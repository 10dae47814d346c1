import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { Telemetry } from '@cobench/shared/runs/endpoints';
import type { RunState } from '@cobench/shared/runs/life-cycle';
import type { ReportedEvent, RunEvent } from '@cobench/shared/runs/run-event';
import type { NewRun, Run } from '@cobench/shared/runs/run';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import { runRecorder } from './run-recorder.ts';
import type { RunLog, RunQuery, RunRepo } from './run.repo.ts';
import { decided, reported, requireRunning } from './run.rules.ts';
import { collectTelemetry } from './telemetry.ts';

type ById = { id: string };
type Deps = {
  repo: RunRepo;
  log: RunLog;
  projects: { get(actor: Actor, ref: ById): Promise<Project> };
  instruments: { get(actor: Actor, ref: ById): Promise<Instrument> };
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
type Decision = { as: 'run.start' | 'run.finish' | 'run.cancel'; state: RunState; reason?: string };
type Receipt = { lastSeq: number; stored: number; duplicate: boolean };
export type RunService = ReturnType<typeof runService>;

export function runService({ repo, log, projects, instruments, trail, events, clock }: Deps) {
  const recorder = runRecorder({ repo, log, events });
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  events.on('project.deleted', ({ orgId, id }) => repo.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.hideProject(orgId, project.id, false));

  async function decide(actor: Actor, id: string, { as, ...to }: Decision): Promise<Run> {
    await authorize(actor, 'run.execute', find(id));
    const at = clock();
    const entry = { orgId: actor.orgId, runId: id, key: newId(), at };
    const { run } = await recorder.record(entry, {
      outcomeFor: (run) => decided(run, to, { name: actor.name, at }),
      noting: (before, change) =>
        trail.record(actor, as, { before, change, told: (appended) => appended.run, reason: to.reason ?? '' }),
    });
    return run;
  }

  async function heartbeat(orgId: string, run: Run): Promise<Receipt> {
    requireRunning(run.state);
    const touched = await repo.touch(orgId, run.id, clock());
    if (!touched) throw new Fault('state.conflict', { detail: 'The run has just ended.' });
    await events.publish({ type: 'run.changed', orgId, run: touched });
    return { lastSeq: touched.lastSeq, stored: 0, duplicate: false };
  }

  return {
    async list(actor: Actor, query: RunQuery): Promise<Page<Run>> {
      await authorize(actor, 'run.read');
      return repo.list(actor, query);
    },

    /** The run, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: ById): Promise<Run> => authorize(actor, 'run.read', find(id)),

    /** @throws Fault `input.invalid` where the project or the instrument does not exist for the actor. */
    async create(actor: Actor, { projectId, instrumentId, name, description }: NewRun): Promise<Run> {
      await authorize(actor, 'run.create');
      const [instrument] = await Promise.all([
        instrumentId === null ? null : referenced('instrumentId', instruments.get(actor, { id: instrumentId })),
        referenced('projectId', projects.get(actor, { id: projectId })),
      ]);
      const made: Run = {
        id: newId(),
        projectId,
        instrumentId,
        instrumentName: instrument?.name ?? null,
        name,
        description,
        state: instrument ? 'queued' : 'pending',
        progress: null,
        reason: '',
        lastSeq: 0,
        heartbeatAt: null,
        version: 0,
        createdAt: clock().toISOString(),
        startedAt: null,
        finishedAt: null,
        createdBy: actor.personId,
        createdByName: actor.name,
      };
      const insert = () => repo.insert(actor.orgId, made);
      const run = await trail.record(actor, 'run.create', { change: insert });
      await events.publish({ type: 'run.changed', orgId: actor.orgId, run });
      return run;
    },

    start: (actor: Actor, { id }: ById): Promise<Run> => decide(actor, id, { as: 'run.start', state: 'running' }),

    finish: (
      actor: Actor,
      { id, outcome, reason }: ById & { outcome: 'completed' | 'failed'; reason: string },
    ): Promise<Run> => decide(actor, id, { as: 'run.finish', state: outcome, reason }),

    cancel: (actor: Actor, { id, reason }: ById & { reason: string }): Promise<Run> =>
      decide(actor, id, { as: 'run.cancel', state: 'cancelled', reason }),

    /**
     * Takes a batch from an instrument; an empty one says only that it is alive. Resolves when the batch is stored and
     * everyone who draws conclusions from it is done: sending it again until then changes nothing.
     */
    async record(
      actor: Actor,
      { id, batch, events: reports }: ById & { batch: string; events: ReportedEvent[] },
    ): Promise<Receipt> {
      const run = await authorize(actor, 'run.ingest', find(id));
      if (reports.length === 0) return heartbeat(actor.orgId, run);
      const at = clock();
      const entry = { orgId: actor.orgId, runId: id, key: batch, at };
      const outcomeFor = (run: Run) => reported(run, reports, { name: actor.name, at });
      const recorded = await recorder.record(entry, { outcomeFor });
      const lastSeq = recorded.events.at(-1)?.seq ?? recorded.run.lastSeq;
      return { lastSeq, stored: recorded.events.length, duplicate: recorded.duplicate };
    },

    /** Up to `limit` events after a number; `lastSeq` says whether there are more. */
    async events(
      actor: Actor,
      { id, after, limit }: ById & { after: number; limit: number },
    ): Promise<{ items: RunEvent[]; lastSeq: number }> {
      const run = await authorize(actor, 'run.read', find(id));
      const items = await log.after(actor.orgId, id, { after, limit });
      return { items, lastSeq: Math.max(run.lastSeq, items.at(-1)?.seq ?? 0) };
    },

    /** The newest points of each metric; what comes after `lastSeq` is not among them yet. */
    async telemetry(actor: Actor, { id }: ById): Promise<{ metrics: Telemetry[]; lastSeq: number }> {
      await authorize(actor, 'run.read', find(id));
      return collectTelemetry(log.newestFirst(actor.orgId, id));
    },
  };
}
