import type { LockOut } from '@cobench/shared/instruments/lock-out';
import type { RunState } from '@cobench/shared/runs/life-cycle';
import type { ReportedResult } from '@cobench/shared/runs/result';
import type { Run } from '@cobench/shared/runs/run';
import type { AuditedAction } from '@cobench/shared/audit/actions';
import type { Action } from '@cobench/shared/access/permissions';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { newId } from '../../platform/new-id.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunRepo } from './run.repo.ts';
import {
  blocked,
  decided,
  isOverridden,
  overridden,
  requireWay,
  resulted,
  type By,
  type Outcome,
} from './run.rules.ts';

type ById = { id: string };
type Deps = { repo: RunRepo; recorder: RunRecorder; lockOutOf: LockOutOf; trail: Trail; clock: Clock };
type Decision = { as: AuditedAction; reason?: string };
/** Who decides: a person, or Cobench itself where a lock-out does. */
type Decider = { doer: Doer; by: By };

type OutcomeFor = (run: Run, by: By) => Outcome | Promise<Outcome>;

/** Why an instrument may not be used now; null where it may. Asked within the transaction that depends on it. */
export type LockOutOf = (orgId: string, instrumentId: string) => Promise<LockOut | null>;

/** What people decide about a run: each decision is judged and written in one transaction with its entry in the trail. */
export function runLife({ repo, recorder, lockOutOf, trail, clock }: Deps) {
  const find = (id: string) => (orgId: string) => repo.find(orgId, id);

  async function decide(
    actor: Actor,
    { may = 'run.execute', ...decision }: Decision & ById & { may?: Action },
    outcomeFor: OutcomeFor,
  ): Promise<Run> {
    await authorize(actor, may, find(decision.id));
    const by = { id: actor.personId, name: actor.name, at: clock() };
    return write({ doer: actor, by }, decision, outcomeFor);
  }

  async function write({ doer, by }: Decider, { id, as, reason = '' }: Decision & ById, outcomeFor: OutcomeFor) {
    const { run } = await recorder.record(
      { orgId: doer.orgId, runId: id, key: newId(), at: by.at },
      {
        outcomeFor: (run) => outcomeFor(run, by),
        noting: (before, change) => trail.record(doer, as, { before, change, told: (done) => done.run, reason }),
      },
    );
    return run;
  }

  const decideState = (actor: Actor, { state, ...decision }: Decision & ById & { state: RunState }): Promise<Run> =>
    decide(actor, decision, (run, by) => decided(run, { state, reason: decision.reason ?? '' }, by));

  const lockOutFor = async ({ orgId }: Actor, { instrumentId }: Run): Promise<LockOut | null> =>
    instrumentId === null ? null : lockOutOf(orgId, instrumentId);

  /**
   * A certificate may have expired since the run was queued.
   * @throws LockedOut where the instrument may not be used and nobody took responsibility for it.
   */
  async function requireUsable(actor: Actor, run: Run): Promise<void> {
    const lockOut = await lockOutFor(actor, run);
    if (lockOut && !isOverridden(run, lockOut)) throw new LockedOut(lockOut);
  }

  return {
    requireUsable,
    blockingRun,

    /** @throws Fault `state.conflict`, or `instrument.locked-out` where the instrument may not be used: it is blocked then. */
    start: (actor: Actor, { id }: ById): Promise<Run> =>
      blockingRun(actor, id, () =>
        decide(actor, { id, as: 'run.start' }, async (run, by) => {
          const outcome = decided(run, { state: 'running' }, by);
          await requireUsable(actor, run);
          return outcome;
        }),
      ),

    finish: (actor: Actor, { id, outcome, reason }: ById & { outcome: 'completed' | 'failed'; reason: string }) =>
      decideState(actor, { id, as: 'run.finish', state: outcome, reason }),

    cancel: (actor: Actor, { id, reason }: ById & { reason: string }): Promise<Run> =>
      decideState(actor, { id, as: 'run.cancel', state: 'cancelled', reason }),

    /** @throws Fault `instrument.locked-out` where something is still in the way. */
    unblock: (actor: Actor, { id }: ById): Promise<Run> =>
      decide(actor, { id, as: 'run.unblock' }, async (run, by) => {
        const outcome = decided(run, { state: 'queued' }, by);
        const lockOut = await lockOutFor(actor, run);
        if (lockOut) throw new LockedOut(lockOut);
        return outcome;
      }),

    /** Where nothing is in the way any more the run is queued, and there is nothing to take responsibility for. */
    override: (actor: Actor, { id, reason }: ById & { reason: string }): Promise<Run> =>
      decide(actor, { id, as: 'run.override', may: 'run.override', reason }, async (run, by) => {
        requireWay(run.state, 'queued');
        const lockOut = await lockOutFor(actor, run);
        return lockOut ? overridden(run, { lockOut, reason }, by) : decided(run, { state: 'queued' }, by);
      }),

    /** Whatever waits for an instrument that may not be used any more is blocked. */
    async blockWaiting(orgId: string, instrumentId: string): Promise<void> {
      const lockOut = await lockOutOf(orgId, instrumentId);
      if (lockOut === null) return;
      for await (const run of repo.waitingFor(orgId, instrumentId)) {
        if (!isOverridden(run, lockOut)) await block(orgId, run.id, lockOut);
      }
    },

    recordResult: (actor: Actor, { id, result }: ById & { result: ReportedResult }): Promise<Run> =>
      decide(actor, { id, as: 'run.result' }, (run, by) => resulted(run, result, by)),
  };

  /** Does what may find the instrument locked out. Where it does, the run says so from then on, and the fault is thrown. */
  async function blockingRun<T>(actor: Actor, id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LockedOut) await block(actor.orgId, id, error.lockOut);
      throw error;
    }
  }

  /** A run that has gone on meanwhile stays where it is. */
  async function block(orgId: string, id: string, lockOut: LockOut): Promise<void> {
    const cobench = {
      doer: { orgId, outside: 'system', name: 'Cobench' },
      by: { id: '', name: 'Cobench', at: clock() },
    } as const;
    try {
      await write(cobench, { id, as: 'run.block', reason: lockOut.reason }, (run, by) => blocked(run, lockOut, by));
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'state.conflict')) throw error;
    }
  }
}

/** The instrument of a run may not be used. */
class LockedOut extends Fault {
  readonly lockOut: LockOut;

  constructor(lockOut: LockOut) {
    super('instrument.locked-out', { detail: lockOut.reason });
    this.lockOut = lockOut;
  }
}
