import type { FieldProblem, Problem } from '@cobench/shared/errors';
import { problemOf } from './problem.ts';

/** One thing that is being sent: whether it is under way, and what was wrong with it. */
export class Submission {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** The refused fields, for the `problems` of the fields. */
  readonly fields = $derived.by((): readonly FieldProblem[] | undefined => this.problem?.errors);
  readonly message = $derived.by(() => (this.problem === null ? null : (this.problem.detail ?? this.problem.title)));
  /** What to say about the whole, where no field says it. */
  readonly whole = $derived.by(() => (this.fields ? null : this.message));

  /** The answer of `work`, or null when it failed or another one is under way. */
  async send<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.problem = null;
    try {
      return await work();
    } catch (error) {
      this.problem = problemOf(error);
      return null;
    } finally {
      this.busy = false;
    }
  }
}
