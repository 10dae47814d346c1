import type { Calibration } from '@cobench/shared/calibrations/calibration';
import { calibrationEndpoints, type CalibrationStatus } from '@cobench/shared/calibrations/endpoints';
import type { Problem } from '@cobench/shared/errors';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

type Following = { instrumentId: string; live: Pick<Live, 'on' | 'onreconnect'> };

/** The certificates of one instrument and how it stands, kept current. */
export class Certificates {
  readonly list: PagedList<Calibration>;
  status = $state.raw<CalibrationStatus | null>(null);
  /** Why how it stands could not be asked. */
  problem = $state.raw<Problem | null>(null);
  readonly #of: Following;
  #turn = 0;

  constructor(of: Following) {
    this.#of = of;
    const { instrumentId: id } = of;
    this.list = new PagedList((cursor) => call(calibrationEndpoints.list, { id, cursor }));
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const { live, instrumentId } = this.#of;
    const offs = [
      live.on('calibration.changed', (changed) => {
        if (changed.instrumentId === instrumentId) void this.refresh();
      }),
      live.onreconnect(() => void this.refresh()),
    ];
    void this.load();
    return () => {
      this.#turn++;
      for (const off of offs) off();
    };
  }

  async load(): Promise<void> {
    await Promise.all([this.list.load(), this.#ask()]);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.list.refresh(), this.#ask()]);
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const status = await call(calibrationEndpoints.status, { id: this.#of.instrumentId });
      if (turn !== this.#turn) return;
      this.status = status;
      this.problem = null;
    } catch (error) {
      const problem = problemOf(error);
      if (turn === this.#turn) this.problem = problem;
    }
  }
}
