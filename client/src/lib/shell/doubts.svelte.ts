import { doubtOf, type InstrumentDoubt } from '@cobench/shared/calibrations/doubt';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';

/** Which runs are in doubt because their instrument may have measured wrongly: asked for once, and again when that changes. */
export class Doubts {
  #doubts = $state.raw<readonly InstrumentDoubt[]>([]);
  #turn = 0;

  /** Why a run is in doubt, in a sentence; undefined where it is not. */
  of(run: Pick<Run, 'instrumentId' | 'startedAt'>): InstrumentDoubt | undefined {
    return doubtOf(run, this.#doubts);
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const { items } = await call(calibrationEndpoints.doubts, {});
      if (turn === this.#turn) this.#doubts = items;
    } catch (error) {
      // What was known before still stands, and the next change or connection asks again.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
