import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';
import type { Project } from '@cobench/shared/projects/project';
import type { RunBatch, RunReceipt } from '@cobench/shared/runs/ingest';
import type { RunCounts } from '@cobench/shared/runs/endpoints';
import { waysOn, type RunState } from '@cobench/shared/runs/life-cycle';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { NewRun, Run, RunEdit } from '@cobench/shared/runs/run';
import type { DomainEvents } from '../../domain-events.ts';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { referenced } from '../../platform/reference.ts';
import type { Trail } from '../audit/index.ts';
import { newRun } from './new-run.ts';
import { orderedIngest, type IncomingBatch } from './ordered-ingest.ts';
import { runLife, type LockOutOf } from './run-life.ts';
import { runLogService } from './run-log.service.ts';
import { runRecorder, type RunEntry, type Stored } from './run-recorder.ts';
import type { OrderStep, RunChoice, RunLog, RunQuery, RunRepo } from './run.repo.ts';
import { reported, requireRunning, requireWay, type Outcome } from './run.rules.ts';
import { telemetryPacker } from './packer.ts';
import type { TelemetryRepo } from './telemetry.repo.ts';
import { telemetryService } from './telemetry.service.ts';

type ById = { id: string };
type Deps = {
  repo: RunRepo;
  log: RunLog;
  telemetry: TelemetryRepo;
  projects: { get(actor: Actor, ref: ById): Promise<Project> };
  instruments: { get(actor: Actor, ref: ById): Promise<Instrument> };
  lockOutOf: LockOutOf;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
};
export type RunService = ReturnType<typeof runService>;

export function runService({ repo, log, telemetry, projects, instruments, lockOutOf, trail, events, clock }: Deps) {
  const recorder = runRecorder({ repo, log, events });
  const packer = telemetryPacker({ telemetry, log, repo, events });
  const life = runLife({ repo, recorder, lockOutOf, trail, clock });
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  events.on('project.deleted', ({ orgId, id }) => repo.hideProject(orgId, id, true));
  events.on('project.changed', ({ orgId, project }) => repo.hideProject(orgId, project.id, false));
  events.on('calibration.changed', ({ orgId, instrumentId }) => life.blockWaiting(orgId, instrumentId));
  events.on('alert.changed', async ({ orgId, alert: { holds, instrumentId } }) => {
    if (holds && instrumentId !== null) await life.blockWaiting(orgId, instrumentId);
  });
  events.on('instrument.changed', ({ orgId, instrument }) => life.blockWaiting(orgId, instrument.id));

  const ordered = orderedIngest({ repo, order: log.order, recorder, clock, take });

  function take(seen: Run, { key, at, actor, reports }: IncomingBatch, step?: OrderStep): Promise<Stored> {
    const entry = { orgId: actor.orgId, runId: seen.id, key, at };
    const by = { id: actor.personId, name: actor.name, at: clock() };
    const outcomeFor = (run: Run) => reported(run, reports, by);
    const starts = reports[0]?.kind === 'state' && reports[0].state === 'running';
    return starts ? startedBy(actor, entry, { outcomeFor, step }) : recorder.store(entry, { outcomeFor, step, seen });
  }

  /** A batch that starts its run: judged like a start by a person, and noted like one. */
  const startedBy = (
    actor: Actor,
    entry: RunEntry,
    { outcomeFor, step }: { outcomeFor: (run: Run) => Outcome; step: OrderStep | undefined },
  ): Promise<Stored> =>
    life.blockingRun(actor, entry.runId, () =>
      recorder.store(entry, {
        outcomeFor: async (run) => {
          const outcome = outcomeFor(run);
          await life.requireUsable(actor, run);
          return outcome;
        },
        step,
        noting: (before, change) => trail.record(actor, 'run.start', { before, change, told: (done) => done.run }),
      }),
    );

  /** A person ends the run: what waits for batches that are missing goes into its history first. */
  async function beforeEnd(actor: Actor, { id }: ById, to: RunState): Promise<void> {
    const run = await authorize(actor, 'run.execute', find(id));
    requireWay(run.state, to);
    await ordered.waitNoLonger(actor.orgId, id);
  }

  async function heartbeat(orgId: string, run: Run): Promise<RunReceipt> {
    requireRunning(run.state);
    const touched = await repo.touch(orgId, run.id, clock());
    if (!touched) throw new Fault('state.conflict', { detail: 'The run has just ended.' });
    await events.publish({ type: 'run.changed', orgId, run: touched });
    return { lastSeq: touched.lastSeq, stored: 0, duplicate: false, missing: [] };
  }

  return {
    ...telemetryService({ repo, log, telemetry, enqueue: packer.enqueue }),
    ...runLogService({ repo, log }),

    async list(actor: Actor, query: RunQuery): Promise<Page<Run>> {
      await authorize(actor, 'run.read');
      return repo.list(actor, query);
    },

    async counts(actor: Actor, query: RunChoice): Promise<RunCounts> {
      await authorize(actor, 'run.read');
      return repo.counts(actor, query);
    },

    /** The run, where the actor may read it. @throws Fault `resource.missing` */
    get: (actor: Actor, { id }: ById): Promise<Run> => authorize(actor, 'run.read', find(id)),

    /** Those of some runs that the actor may read. @throws Fault `access.denied` */
    async visibleAmong(actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
      await authorize(actor, 'run.read');
      return new Set(await repo.visibleAmong(actor, ids));
    },

    /**
     * With `onLockout: 'reject'` a run on an instrument that may not be used is not stored.
     * @throws Fault `input.invalid` where the project, the instrument or the run it is cloned from does not exist for the
     * actor, `instrument.locked-out`
     */
    async create(actor: Actor, { onLockout, ...input }: NewRun & { onLockout?: 'block' | 'reject' }): Promise<Run> {
      await authorize(actor, 'run.create');
      const { projectId, instrumentId, clonedFrom } = input;
      const [instrument] = await Promise.all([
        instrumentId === null ? null : referenced('instrumentId', instruments.get(actor, { id: instrumentId })),
        referenced('projectId', projects.get(actor, { id: projectId })),
        clonedFrom === null || referenced('clonedFrom', authorize(actor, 'run.read', find(clonedFrom))),
      ]);
      const by = { at: clock(), byId: actor.personId, byName: actor.name };
      const insert = async () => {
        const lockOut = instrument && (await lockOutOf(actor.orgId, instrument.id));
        if (lockOut && onLockout === 'reject') {
          throw new Fault('instrument.locked-out', { detail: lockOut.reason });
        }
        return repo.insert(actor.orgId, newRun(input, { ...by, instrumentName: instrument?.name ?? null, lockOut }));
      };
      const run = await trail.record(actor, 'run.create', { change: insert });
      await events.publish({ type: 'run.changed', orgId: actor.orgId, run });
      return run;
    },

    /** @throws Fault `edit.conflict` where somebody changed it first, `state.conflict` where it is too late for that. */
    async edit(actor: Actor, { id, revision, ...edit }: ById & RunEdit & { revision: number }): Promise<Run> {
      await authorize(actor, 'run.execute', find(id));
      const { name: _name, description: _description, ...setup } = edit;
      const unstarted = Object.keys(setup).length > 0;
      let before: Run | null = null;
      const run = await trail.record(actor, 'run.edit', {
        before: async () => (before = await repo.find(actor.orgId, id)),
        change: () => repo.edit(actor.orgId, id, { ...edit, revision, unstarted }),
      });
      if (run === null) throw whyNot(before, revision);
      await events.publish({ type: 'run.changed', orgId: actor.orgId, run });
      return run;
    },

    start: life.start,
    async finish(actor: Actor, input: ById & { outcome: 'completed' | 'failed'; reason: string }): Promise<Run> {
      await beforeEnd(actor, input, input.outcome);
      return life.finish(actor, input);
    },
    async cancel(actor: Actor, input: ById & { reason: string }): Promise<Run> {
      await beforeEnd(actor, input, 'cancelled');
      return life.cancel(actor, input);
    },
    unblock: life.unblock,
    override: life.override,
    recordResult: life.recordResult,

    /**
     * Takes a batch from an instrument; an empty one says only that it is alive. Resolves when the batch is stored and
     * everyone who draws conclusions from it is done: sending it again until then changes nothing.
     */
    async record(actor: Actor, { id, batch, sender, number, events: reports }: RunBatch): Promise<RunReceipt> {
      const known = reports.length === 0 ? null : recorder.lastWritten(actor.orgId, id);
      const run = await authorize(actor, 'run.ingest', known ? () => Promise.resolve(known) : find(id));
      const { orgId } = actor;
      const incoming = { key: batch, at: clock(), actor, reports };
      if (sender !== undefined && number !== undefined) {
        return ordered.receive({ orgId, runId: id, sender }, run, { ...incoming, number });
      }
      if (reports.length === 0) return heartbeat(orgId, run);
      const recorded = await take(run, incoming);
      await recorded.told;
      const lastSeq = recorded.events.at(-1)?.seq ?? recorded.run.lastSeq;
      return { lastSeq, stored: recorded.events.length, duplicate: recorded.duplicate, missing: [] };
    },

    /** Goes on with numbered batches that were cut short, and gives up those that have been missing for too long. */
    sweep: ordered.sweep,
    /** Packs for charts what was left unpacked when a process ended. */
    packRest: packer.sweep,
    /** Resolves when nothing waits to be packed for charts. */
    packed: packer.settled,

    /** Up to `limit` events after a number; `lastSeq` says whether there are more. */
    async events(
      actor: Actor,
      { id, after, limit }: ById & { after: number; limit: number },
    ): Promise<{ items: RunEvent[]; lastSeq: number }> {
      const run = await authorize(actor, 'run.read', find(id));
      const items = await log.after(actor.orgId, id, { after, limit });
      return { items, lastSeq: Math.max(run.lastSeq, items.at(-1)?.seq ?? 0) };
    },
  };
}

/** Why a run could not be changed. */
function whyNot(run: Run | null, revision: number): Fault {
  if (run === null) return new Fault('resource.missing');
  if (run.revision !== revision) return new Fault('edit.conflict');
  return new Fault('state.conflict', {
    detail: `How a run is set up is only changed before it starts. ${waysOn(run.state)}`,
  });
}
