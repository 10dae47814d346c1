import { calibrationEndpoints, type CalibrationStatus } from '@cobench/shared/calibrations/endpoints';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** Whether an instrument can be booked now, and how far its calibration reaches; live. */
export class Bookable {
  #status = $state.raw<CalibrationStatus | null>(null);
  /** Why it cannot be booked, as the server says it; null where it can, or while that is not known. */
  readonly reason = $derived.by(() => this.#status?.lockOut?.reason ?? null);
  /** When no certificate covers it any more; null where it needs none. */
  readonly coveredUntil = $derived.by(() => (this.#status?.calibrationRequired ? this.#status.dueAt : null));
  readonly #id: string;
  #turn = 0;

  constructor(instrumentId: string) {
    this.#id = instrumentId;
  }

  /** Asks, and again whenever it may be otherwise. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const ask = (instrumentId: string): void => {
      if (instrumentId === this.#id) void this.#ask();
    };
    const offs = [
      live.on('instrument.changed', ({ id }) => ask(id)),
      live.on('calibration.changed', ({ instrumentId }) => ask(instrumentId)),
      live.onreconnect(() => void this.#ask()),
    ];
    void this.#ask();
    return () => offs.forEach((off) => off());
  }

  /** The server says it again when somebody books, so that what cannot be asked now is in nobody's way. */
  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const status = await call(calibrationEndpoints.status, { id: this.#id });
      if (turn === this.#turn) this.#status = status;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
