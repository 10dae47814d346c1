import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** The form that registers an instrument. */
export class RegisterInstrument {
  draft = $state({ name: '', kind: '', vendor: '', model: '', serial: '', location: '' });
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.draft.name.trim() !== '' && !this.sending.busy);

  submit(): Promise<Instrument | null> {
    return this.sending.send(() => call(instrumentEndpoints.create, { ...this.draft }));
  }
}
