import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import type { AlertWhy } from '@cobench/shared/alerts/why';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';

/** Why an alert was raised: asked for where somebody wants to know, and again when it grew. */
export class Why {
  answer = $state.raw<AlertWhy | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #id: string;
  #turn = 0;

  constructor(id: string) {
    this.#id = id;
  }

  /** What was answered before stays in sight until there is something newer. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const answer = await call(alertEndpoints.why, { id: this.#id });
      if (turn !== this.#turn) return;
      this.answer = answer;
      this.problem = null;
    } catch (error) {
      const problem = problemOf(error);
      if (turn === this.#turn) this.problem = problem;
    }
  }
}
