import type { Problem } from '@cobench/shared/errors';
import { historyEndpoints, type DocumentState } from '@cobench/shared/history/history';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { DocumentRef } from './document-owner.ts';

/** A state of the past, or the newest (null), of one document. Rejects with `ApiError`. */
export const fetchState = ({ kind, id }: DocumentRef, seq: number | null): Promise<DocumentState> =>
  call(historyEndpoints[kind].state, { id, ...(seq !== null && { seq }) });

/** One state that is looked at. What is shown stays until the next is there. */
export class PastView {
  past = $state.raw<DocumentState | null>(null);
  problem = $state.raw<Problem | null>(null);
  #turn = 0;

  async show(document: DocumentRef, seq: number | null): Promise<void> {
    const turn = ++this.#turn;
    try {
      const past = await fetchState(document, seq);
      if (turn !== this.#turn) return;
      this.past = past;
      this.problem = null;
    } catch (error) {
      const problem = problemOf(error);
      if (turn === this.#turn) this.problem = problem;
    }
  }
}
