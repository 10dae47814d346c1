import type { Alert } from '@cobench/shared/alerts/alert';
import { ApiError } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** What came of it: how many were acknowledged, how many somebody had closed or taken away meanwhile. */
type Outcome = { acknowledged: Alert[]; settled: number };

/** One comment with which one or several alerts are acknowledged. */
export class Acknowledging {
  comment = $state('');
  readonly submission = new Submission();
  readonly #acknowledge: (alert: Alert, comment: string) => Promise<Alert>;

  constructor(acknowledge: (alert: Alert, comment: string) => Promise<Alert>) {
    this.#acknowledge = acknowledge;
  }

  /** Null when it failed; those that were done before stay done, and are not done again. */
  submit(alerts: readonly Alert[]): Promise<Outcome | null> {
    return this.submission.send(() => this.#each(alerts));
  }

  async #each(alerts: readonly Alert[]): Promise<Outcome> {
    const outcome: Outcome = { acknowledged: [], settled: 0 };
    for (const alert of alerts) {
      // One after the other: the audit trail takes them in this order anyway.
      const known = await this.#one(alert);
      if (known === null) outcome.settled++;
      else outcome.acknowledged.push(known);
    }
    return outcome;
  }

  async #one(alert: Alert): Promise<Alert | null> {
    try {
      return await this.#acknowledge(alert, this.comment);
    } catch (error) {
      const type = error instanceof ApiError ? error.problem.type : undefined;
      if (type === 'state.conflict' || type === 'resource.missing') return null;
      throw error;
    }
  }
}
