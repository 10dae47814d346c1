import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** What the instruments of the organisation are called. */
export class InstrumentNames {
  choices = $state.raw<readonly { value: string; label: string }[]>([]);
  readonly #asking = new Submission();

  /** Undefined while it is not known. */
  of(id: string | null): string | undefined {
    return this.choices.find(({ value }) => value === id)?.label;
  }

  /** Where it fails, alerts are shown without the names of their instruments. */
  async load(): Promise<void> {
    const page = await this.#asking.send(() => call(instrumentEndpoints.list, { limit: 200 }));
    if (page !== null) this.choices = page.items.map(({ id, name }) => ({ value: id, label: name }));
  }
}
