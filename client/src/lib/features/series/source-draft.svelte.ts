import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { SeriesSource } from '@cobench/shared/series/source';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { InstrumentChoices } from './instrument-choices.svelte.ts';

type Seen = { name: string; unit: string };

/** So many of the newest runs are offered; the newest of them are asked what they measured. */
const runsOffered = 50;
const runsAsked = 5;
const eventsAsked = 200;

/** What feeds a new chart, while somebody chooses. */
export class SourceDraft {
  from = $state<SeriesSource['from']>('metric');
  quantity = $state('');
  instrumentId = $state('');
  runId = $state('');
  /** The newest runs of the project. */
  runs = $state.raw<readonly { value: string; label: string }[]>([{ value: '', label: 'All runs' }]);
  readonly instruments = new InstrumentChoices('Any instrument');
  readonly fetching = new Submission();
  #metrics = $state.raw<readonly Seen[]>([]);
  #results = $state.raw<readonly Seen[]>([]);
  /** What the newest runs reported. */
  readonly seen = $derived.by(() => (this.from === 'result' ? this.#results : this.#metrics));
  readonly problem = $derived.by(() => this.fetching.message ?? this.instruments.fetching.message);

  /** Null while it has no name. */
  readonly source = $derived.by((): SeriesSource | null => {
    const { from } = this;
    const name = this.quantity.trim();
    const instrumentId = this.instrumentId === '' ? null : this.instrumentId;
    if (from === 'points') return { from, instrumentId };
    if (name === '') return null;
    if (from === 'result') return { from, name, instrumentId };
    return { from, metric: name, instrumentId, runId: this.runId === '' ? null : this.runId };
  });

  /** The unit of what is measured, where it is known; else empty. */
  readonly unit = $derived.by(() => this.seen.find(({ name }) => name === this.quantity.trim())?.unit ?? '');

  /** Fetches what there is to choose from. */
  async load(projectId: string): Promise<void> {
    await Promise.all([this.instruments.load(), this.fetching.send(() => this.#see(projectId))]);
  }

  async #see(projectId: string): Promise<void> {
    const { items: runs } = await call(runEndpoints.list, { projectId, limit: runsOffered });
    this.runs = [...this.runs.slice(0, 1), ...runs.map(({ id, name }) => ({ value: id, label: name }))];
    this.#results = once(runs.flatMap(({ results }) => results.filter(({ value }) => typeof value === 'number')));
    const tails = await Promise.all(
      runs
        .slice(0, runsAsked)
        .map(({ id, lastSeq: last }) =>
          call(runEndpoints.events, { id, after: Math.max(0, last - eventsAsked), limit: eventsAsked }),
        ),
    );
    this.#metrics = once(tails.flatMap(({ items }) => items.filter((event) => event.kind === 'metric')));
  }
}

/** Each name once, by name. */
const once = (all: readonly Seen[]): Seen[] =>
  all
    .filter(({ name }, i) => all.findIndex((other) => other.name === name) === i)
    .map(({ name, unit }) => ({ name, unit }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
