import type { Instrument, InstrumentState } from '@cobench/shared/instruments/instrument';
import {
  maintenanceEndpoints,
  type maintenanceWorks,
  type MaintenanceRecord,
} from '@cobench/shared/instruments/maintenance';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { instantIn, localField } from '#lib/ui/local-time.ts';

/** What was done at an instrument and the states it was in, newest first. */
export class MaintenanceLog {
  readonly pages: PagedList<MaintenanceRecord>;
  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
    this.pages = new PagedList((cursor) => call(maintenanceEndpoints.list, { id, cursor }));
  }

  /** Reads it, and again when the state changes. Returns its clean-up. */
  follow(live: Pick<Live, 'on' | 'onreconnect'>): () => void {
    const offs = [
      live.on('instrument.changed', ({ id }) => {
        if (id === this.#id) void this.pages.refresh();
      }),
      live.onreconnect(() => void this.pages.refresh()),
    ];
    void this.pages.load();
    return () => offs.forEach((off) => off());
  }
}

type Work = (typeof maintenanceWorks)[number];
/** What people call each kind of work. */
export const workWords: Record<Work, string> = {
  repair: 'Repair',
  preventive: 'Preventive maintenance',
  inspection: 'Inspection',
  other: 'Other work',
};

/** Writing down work at an instrument. Times are as this computer's clock shows them; no end: it goes on, or took no time. */
export class RecordWork {
  kind = $state<Work>('repair');
  what = $state('');
  parts = $state('');
  from = $state('');
  to = $state('');
  state = $state<InstrumentState | 'same'>('same');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.what.trim() !== '' && this.from !== '');
  readonly #id: string;

  constructor({ id }: Pick<Instrument, 'id'>, now: Date) {
    this.#id = id;
    this.from = localField(now);
  }

  submit(): Promise<{ record: MaintenanceRecord; instrument: Instrument } | null> {
    const { kind, what, parts, state } = this;
    const times = { from: instantIn(this.from) ?? '', to: instantIn(this.to) };
    return this.sending.send(() =>
      call(maintenanceEndpoints.record, {
        id: this.#id,
        kind,
        what,
        parts,
        ...times,
        state: state === 'same' ? null : state,
      }),
    );
  }
}
