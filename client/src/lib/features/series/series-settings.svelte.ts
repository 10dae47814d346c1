import type { Specification } from '@cobench/shared/series/chart';
import type { Series, SeriesEdit } from '@cobench/shared/series/series';
import { SeriesSaving } from './series-saving.svelte.ts';

/** What people write about a control chart, and what is asked of the product. */
export class SeriesSettings {
  name = $state('');
  description = $state('');
  unit = $state('');
  specification = $state<Specification>({ lsl: null, usl: null, target: null });
  readonly saving: SeriesSaving;
  readonly #before: Series;
  readonly ready = $derived.by(() => this.name.trim() !== '' && !this.saving.submission.busy);

  constructor(series: Series) {
    this.#before = series;
    this.saving = new SeriesSaving(series);
    this.name = series.name;
    this.description = series.description;
    this.unit = series.unit;
    this.specification = { ...series.specification };
  }

  /** The chart as saved; null when it was refused. */
  submit(): Promise<Series | null> {
    return this.saving.save(this.#changes());
  }

  #changes(): SeriesEdit {
    const { name, description, unit, specification } = this;
    const before = this.#before;
    const same =
      specification.lsl === before.specification.lsl &&
      specification.usl === before.specification.usl &&
      specification.target === before.specification.target;
    return {
      ...(name.trim() !== before.name && { name }),
      ...(description.trim() !== before.description && { description }),
      ...(unit.trim() !== before.unit && { unit }),
      ...(!same && { specification: { ...specification } }),
    };
  }
}
