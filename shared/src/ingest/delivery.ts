import { isFinal, isStored, waitAfter } from './backoff.ts';
import { IngestRefused, problemOf, type Answer, type Batch, type Transport } from './transport.ts';
import type { World } from './world.ts';

type Deps = {
  transport: Transport;
  world: World;
  /** The longest wait between two attempts, unless the server asks for a longer one. */
  longestWaitMs: number;
  ontrouble: (trouble: Trouble) => void;
};
/** Why a batch has to be sent again (no status: nobody answered), and in how many milliseconds. */
export type Trouble = { status: number | null; attempt: number; waitMs: number };

/** Brings batches to the server, each as often as it takes. */
export function delivery({ transport, world, longestWaitMs, ontrouble }: Deps) {
  const sleepers = new Set<() => void>();
  const state: { over: IngestRefused | null } = { over: null };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        callOff();
        sleepers.delete(wake);
        resolve();
      };
      const callOff = world.after(ms, wake);
      sleepers.add(wake);
    });

  return {
    /**
     * Resolves with the answer that says it is stored. Where nobody answers, the server fails or asks to wait, it is sent
     * again for ever.
     * @throws IngestRefused where sending it again is of no use, or after `end`.
     */
    async deliver(batch: Batch): Promise<Answer> {
      for (let attempt = 0; !state.over; attempt++) {
        const answer = await transport.send(batch).catch(() => null);
        if (answer && isStored(answer)) return answer;
        if (answer && isFinal(answer)) throw new IngestRefused(problemOf(answer));
        if (state.over) break;
        const waitMs = waitAfter(attempt, answer, { random: world.random, longestWaitMs });
        ontrouble({ status: answer?.status ?? null, attempt, waitMs });
        await pause(waitMs);
      }
      throw state.over;
    },

    /** Sends nothing any more. */
    end(reason: IngestRefused): void {
      state.over = reason;
      for (const wake of sleepers) wake();
      transport.close();
    },
  };
}
