import { instrumentEndpoints, type Instrument, type InstrumentState } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

/** Which instruments a list shows. */
export type InstrumentFilter = { q: string; state: InstrumentState | null; archived: boolean };

/** The instruments of the organisation by name, live. `filter` is read reactively. */
export class InstrumentList {
  readonly pages: PagedList<Instrument>;
  readonly #filter: () => InstrumentFilter;

  constructor(filter: () => InstrumentFilter) {
    this.#filter = filter;
    this.pages = new PagedList((cursor) => {
      const { q, state, archived } = filter();
      const show = archived ? 'archived' : 'in-use';
      return call(instrumentEndpoints.list, { cursor, q: q || undefined, state: state ?? undefined, show });
    });
  }

  /** Keeps the list as others change it. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('instrument.changed', (instrument) => this.#changed(instrument)),
      live.onreconnect(() => void this.pages.refresh()),
    ];
    return () => offs.forEach((off) => off());
  }

  /** One that is not shown, or whose name changed, may belong between two that are: the list is read again. */
  #changed(instrument: Instrument): void {
    const shown = this.pages.items.find(({ id }) => id === instrument.id);
    if (shown && shown.version >= instrument.version) return;
    const { state, archived } = this.#filter();
    const belongs = (instrument.archivedAt !== null) === archived && (state === null || instrument.state === state);
    if (!belongs) this.pages.remove(instrument.id);
    else if (shown?.name === instrument.name) this.pages.put(instrument);
    else void this.pages.refresh();
  }
}
