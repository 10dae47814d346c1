import type { Problem } from '@cobench/shared/errors';
import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { isMissing, problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** One instrument: fetched once, then as it is changed. */
export class InstrumentPage {
  instrument = $state.raw<Instrument | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly missing = $derived.by(() => this.instrument === null && isMissing(this.problem));
  readonly id: string;
  readonly #live: Pick<Live, 'on' | 'onreconnect'>;

  constructor(id: string, live: Pick<Live, 'on' | 'onreconnect'>) {
    this.id = id;
    this.#live = live;
  }

  /** Fetches and listens until the returned clean-up is called. */
  follow(): () => void {
    const offs = [
      this.#live.on('instrument.changed', (instrument) => {
        if (instrument.id === this.id) this.put(instrument);
      }),
      this.#live.onreconnect(() => void this.load()),
    ];
    void this.load();
    return () => offs.forEach((off) => off());
  }

  /** Fetches it anew, quietly; also what “try again” does. */
  async load(): Promise<void> {
    try {
      this.put(await call(instrumentEndpoints.get, { id: this.id }));
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Takes over the instrument as it is now, unless a newer copy is known. */
  put(instrument: Instrument): void {
    if (this.instrument === null || instrument.version >= this.instrument.version) this.instrument = instrument;
  }
}
