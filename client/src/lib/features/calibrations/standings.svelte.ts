import { calibrationEndpoints, type CalibrationDue } from '@cobench/shared/calibrations/endpoints';
import type { Page } from '@cobench/shared/page';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** So many instruments are asked for at a time, and at most: the most urgent come first. */
const [atOnce, most] = [200, 1000];

/** How instruments stand with their calibrations, for a list that somebody else fills. */
export class CalibrationStandings {
  #known = $state.raw<Record<string, CalibrationDue>>({});
  #turn = 0;

  /** Undefined where nothing is known of it: it needs none, or has not been heard of. */
  of(instrumentId: string): CalibrationDue | undefined {
    return this.#known[instrumentId];
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    const known: Record<string, CalibrationDue> = {};
    try {
      let cursor: string | null = null;
      for (let asked = 0; asked < most && (asked === 0 || cursor !== null); asked += atOnce) {
        const page: Page<CalibrationDue> = await call(calibrationEndpoints.due, {
          limit: atOnce,
          cursor: cursor ?? undefined,
        });
        for (const due of page.items) known[due.instrumentId] = due;
        cursor = page.nextCursor;
      }
      if (turn === this.#turn) this.#known = known;
    } catch (error) {
      // What was known before still stands, and the next change or connection asks again.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Keeps up with what happens. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('calibration.changed', () => void this.load()),
      live.on('instrument.changed', () => void this.load()),
      live.onreconnect(() => void this.load()),
    ];
    return () => {
      this.#turn++;
      for (const off of offs) off();
    };
  }
}
