import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Run } from '@cobench/shared/runs/run';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Choice = { value: string; label: string; hint?: string };
const byHand: Choice = { value: '', label: 'No instrument' };

/** What somebody fills in to create a run. */
export class NewRunForm {
  name = $state('');
  description = $state('');
  /** Empty: no instrument. */
  instrumentId = $state('');
  instruments = $state.raw<readonly Choice[]>([byHand]);
  /** The fetching of what there is to choose from. */
  readonly choices = new Submission();
  readonly submission = new Submission();
  readonly #projectId: () => string;
  readonly ready = $derived.by(() => this.name.trim() !== '');

  constructor(projectId: () => string) {
    this.#projectId = projectId;
  }

  /** Fetches what there is to choose from. */
  async loadInstruments(): Promise<void> {
    const page = await this.choices.send(() => call(instrumentEndpoints.list, { limit: 200 }));
    if (page === null) return;
    this.instruments = [
      byHand,
      ...page.items.map(({ id, name, location }) => ({ value: id, label: name, hint: location })),
    ];
  }

  /** The new run, or null when it was refused. */
  async submit(): Promise<Run | null> {
    const { name, description, instrumentId } = this;
    return this.submission.send(() =>
      call(runEndpoints.create, {
        projectId: this.#projectId(),
        name,
        description,
        instrumentId: instrumentId === '' ? null : instrumentId,
      }),
    );
  }
}
