import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { changesOf, draftOf, emptyDraft, type InstrumentDraft } from './instrument-draft.ts';

/** Changing what is known of one instrument. Only what was changed is sent, so that others' changes stay. */
export class InstrumentEdit {
  draft = $state<InstrumentDraft>({ ...emptyDraft });
  /** The instrument as somebody else left it meanwhile: saving again changes that knowingly. */
  theirs = $state.raw<Instrument | null>(null);
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.draft.name.trim() !== '' && !this.sending.busy);
  readonly #before: Instrument;
  #version: number;

  constructor(instrument: Instrument) {
    this.draft = draftOf(instrument);
    this.#before = instrument;
    this.#version = instrument.version;
  }

  /** The instrument as saved; null when it was refused. After a conflict the draft is kept and the next save goes through. */
  async submit(): Promise<Instrument | null> {
    const { id } = this.#before;
    const edit = { id, version: this.#version, ...changesOf(this.#before, this.draft) };
    const saved = await this.sending.send(() => call(instrumentEndpoints.edit, edit));
    if (this.sending.problem?.type === 'edit.conflict') await this.#lookAgain();
    return saved;
  }

  async #lookAgain(): Promise<void> {
    const conflict = this.sending.problem;
    const theirs = await this.sending.send(() => call(instrumentEndpoints.get, { id: this.#before.id }));
    if (theirs === null) return;
    this.sending.problem = conflict;
    this.theirs = theirs;
    this.#version = theirs.version;
  }
}
