import type { LockOut } from '@cobench/shared/instruments/lock-out';
import { mayBecome } from '@cobench/shared/runs/life-cycle';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Circumstances = {
  run: () => Run;
  /** Whether one may execute runs. */
  allowed: () => boolean;
  /** Whether one may take responsibility for a lock-out. */
  answers?: () => boolean;
};

/** Whether somebody may take responsibility for what keeps an instrument from being used. */
export const isOverridable = (lockOut: LockOut | null): boolean =>
  lockOut !== null && lockOut.cause !== 'down' && lockOut.cause !== 'maintenance';

/** The fewest characters of a reason that somebody answers with. */
export const shortestReason = 10;

/** What a person may do with a run in its present state. The server judges by the same tables. */
export class RunActions {
  reason = $state('');
  readonly submission = new Submission();
  readonly #run: () => Run;
  readonly #allowed: () => boolean;
  readonly #answers: () => boolean;
  readonly mayStart = $derived.by(() => this.#may('running'));
  readonly mayFinish = $derived.by(() => this.#may('completed'));
  readonly mayCancel = $derived.by(() => this.#may('cancelled'));
  readonly any = $derived.by(() => this.mayStart || this.mayFinish || this.mayCancel);
  readonly mayUnblock = $derived.by(() => this.#run().state === 'blocked' && this.#may('queued'));
  /** A calibration that is not valid can be answered for, an instrument that is not up cannot. */
  readonly mayOverride = $derived.by(() => {
    const { state, lockOut } = this.#run();
    return state === 'blocked' && isOverridable(lockOut) && this.#answers();
  });

  constructor({ run, allowed, answers = () => false }: Circumstances) {
    this.#run = run;
    this.#allowed = allowed;
    this.#answers = answers;
  }

  /** Each answers the run as it is then, or null when it was refused. */
  start(): Promise<Run | null> {
    return this.#send((id) => call(runEndpoints.start, { id }));
  }

  complete(): Promise<Run | null> {
    return this.#send((id) => call(runEndpoints.finish, { id, outcome: 'completed' }));
  }

  fail(): Promise<Run | null> {
    const { reason } = this;
    return this.#send((id) => call(runEndpoints.finish, { id, outcome: 'failed', reason }));
  }

  cancel(): Promise<Run | null> {
    const { reason } = this;
    return this.#send((id) => call(runEndpoints.cancel, { id, reason }));
  }

  /** Asks whether the instrument may be used by now. */
  unblock(): Promise<Run | null> {
    return this.#send((id) => call(runEndpoints.unblock, { id }));
  }

  override(): Promise<Run | null> {
    const { reason } = this;
    return this.#send((id) => call(runEndpoints.override, { id, reason }));
  }

  clear(): void {
    this.reason = '';
    this.submission.problem = null;
  }

  #may(state: Run['state']): boolean {
    return this.#allowed() && mayBecome(this.#run().state, state);
  }

  #send(work: (id: string) => Promise<Run>): Promise<Run | null> {
    const { id } = this.#run();
    return this.submission.send(() => work(id));
  }
}
