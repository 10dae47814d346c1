import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { emptyDraft, sentDraft } from './instrument-draft.ts';

/** The form that registers an instrument. */
export class RegisterInstrument {
  draft = $state({ ...emptyDraft });
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.draft.name.trim() !== '' && !this.sending.busy);

  submit(): Promise<Instrument | null> {
    return this.sending.send(() => call(instrumentEndpoints.create, sentDraft(this.draft)));
  }
}
