import { mayBecome } from '@cobench/shared/runs/life-cycle';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** What a person may do with a run in its present state. The server judges by the same tables. */
export class RunActions {
  reason = $state('');
  readonly submission = new Submission();
  readonly #run: () => Run;
  readonly #allowed: () => boolean;
  readonly mayStart = $derived.by(() => this.#may('running'));
  readonly mayFinish = $derived.by(() => this.#may('completed'));
  readonly mayCancel = $derived.by(() => this.#may('cancelled'));
  readonly any = $derived.by(() => this.mayStart || this.mayFinish || this.mayCancel);

  constructor({ run, allowed }: { run: () => Run; allowed: () => boolean }) {
    this.#run = run;
    this.#allowed = allowed;
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
