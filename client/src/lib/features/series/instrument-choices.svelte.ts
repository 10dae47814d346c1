import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Choice = { value: string; label: string; hint?: string };

/** The instruments to choose from, and none of them in particular. */
export class InstrumentChoices {
  options = $state.raw<readonly Choice[]>([]);
  readonly fetching = new Submission();

  constructor(any: string) {
    this.options = [{ value: '', label: any }];
  }

  async load(): Promise<void> {
    const page = await this.fetching.send(() => call(instrumentEndpoints.list, { limit: 200 }));
    if (page === null) return;
    const instruments = page.items.map(({ id, name, location }) => ({ value: id, label: name, hint: location }));
    this.options = [...this.options.slice(0, 1), ...instruments];
  }
}
