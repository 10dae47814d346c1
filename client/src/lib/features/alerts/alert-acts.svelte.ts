import type { Action } from '@cobench/shared/access/permissions';
import type { Alert } from '@cobench/shared/alerts/alert';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { alertTasks, stepsLeft, whyNot, type AlertTask } from '@cobench/shared/alerts/life-of-alert';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Circumstances = {
  alert: () => Alert;
  may: (action: Action) => boolean;
  /** Takes over the alert as an answer says that it is now. */
  onchanged: (alert: Alert) => void;
};
export type Plan = { ownerId: string; dueAt?: string | null; revision: number };
export type Quiet = { until: string | null; points: number | null; untilChange: boolean; reason: string };
export type Ending = { verdict: 'cause' | 'false-alarm'; cause: string; comment: string; revision: number };

/** What a person may do with an alert as it stands, and doing it. The server judges by the same tables. */
export class AlertActs {
  readonly submission = new Submission();
  /** The step that is being ticked, counted from 0. */
  ticking = $state<number | null>(null);
  /** Somebody was faster: the alert is shown as they left it. */
  overtaken = $state(false);
  readonly #alert: () => Alert;
  readonly #may: Circumstances['may'];
  readonly #onchanged: Circumstances['onchanged'];
  readonly any = $derived.by(() => tasks.some((task) => this.can(task)));
  /** The required steps without which it may not be closed with its cause. */
  readonly left = $derived.by(() => stepsLeft(this.#alert()));

  constructor({ alert, may, onchanged }: Circumstances) {
    this.#alert = alert;
    this.#may = may;
    this.#onchanged = onchanged;
  }

  /** Whether its state and one's role allow it now. */
  can(task: AlertTask): boolean {
    return whyNot(this.#alert(), task) === null && this.#may(alertTasks[task]);
  }

  /** Each answers the alert as it is then, or null when it was refused. */
  start(plan: Plan): Promise<Alert | null> {
    return this.#send('act', (id) => call(alertEndpoints.act, { id, ...plan }));
  }

  snooze(quiet: Quiet): Promise<Alert | null> {
    return this.#send('snooze', (id) => call(alertEndpoints.snooze, { id, ...quiet }));
  }

  wake(): Promise<Alert | null> {
    return this.#send('wake', (id) => call(alertEndpoints.wake, { id }));
  }

  close(ending: Ending): Promise<Alert | null> {
    return this.#send('close', (id) => call(alertEndpoints.close, { id, ...ending }));
  }

  reopen(reason: string): Promise<Alert | null> {
    return this.#send('reopen', (id) => call(alertEndpoints.reopen, { id, reason }));
  }

  /** Ticks a step, or takes that back; with a note for those who read it later. */
  async tick(step: number, { done, note }: { done: boolean; note: string }): Promise<Alert | null> {
    if (this.ticking !== null) return null;
    this.ticking = step;
    try {
      return await this.#send('step', (id) => call(alertEndpoints.step, { id, step, done, note }));
    } finally {
      this.ticking = null;
    }
  }

  clear(): void {
    this.submission.problem = null;
    this.overtaken = false;
  }

  async #send(task: AlertTask, work: (id: string) => Promise<Alert>): Promise<Alert | null> {
    const { id } = this.#alert();
    this.overtaken = false;
    const changed = await this.submission.send(() => work(id));
    if (changed !== null) this.#onchanged(changed);
    else await this.#lookAgain(task, id);
    return changed;
  }

  /** What somebody else did may not have been heard here yet. */
  async #lookAgain(task: AlertTask, id: string): Promise<void> {
    const refused = this.submission.problem?.type;
    if (refused !== 'edit.conflict' && refused !== 'state.conflict') return;
    try {
      const now = await call(alertEndpoints.get, { id });
      this.overtaken = refused === 'edit.conflict' || whyNot(now, task) !== null;
      this.#onchanged(now);
    } catch (error) {
      problemOf(error);
    }
  }
}

const tasks = Object.keys(alertTasks) as AlertTask[];
