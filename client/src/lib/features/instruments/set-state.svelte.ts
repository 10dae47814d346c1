import { instrumentEndpoints, type Instrument, type InstrumentState } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** Saying what state a tool is in. */
export class SetState {
  reason = $state('');
  readonly sending = new Submission();
  readonly #to: { id: string; state: InstrumentState };
  readonly ready = $derived.by(() => this.#to.state === 'up' || this.reason.trim() !== '');

  constructor(id: string, state: InstrumentState) {
    this.#to = { id, state };
  }

  submit(): Promise<Instrument | null> {
    return this.sending.send(() => call(instrumentEndpoints.setState, { ...this.#to, reason: this.reason }));
  }
}
