import { isMissing, numberInCell, timeInCell } from '@cobench/shared/csv/csv-cells';
import { needsSizes } from '@cobench/shared/series/chart';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Series } from '@cobench/shared/series/series';
import { unfitPoint } from '@cobench/shared/series/unfit-point';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** A point that somebody types in. */
export class PointByHand {
  /** Measurements with spaces between them. */
  values = $state('');
  size = $state<number | null>(null);
  label = $state('');
  /** As a field for date and time has it; empty: now. */
  at = $state('');
  readonly submission = new Submission();
  readonly #series: Pick<Series, 'id' | 'chart'>;
  /** The same until the point is in, so that trying again after a lost answer adds nothing. */
  #key = aKey();

  readonly items = $derived.by(() => measurementsIn(this.values));
  readonly problem = $derived.by((): string | null => {
    if (this.values.trim() === '') return null;
    if (this.items === null) return 'Numbers with spaces between them: 12.4 12.6 12.5';
    if (this.items.length > 100) return 'At most 100 measurements.';
    const unfit = unfitPoint(this.#series.chart, { items: this.items, size: this.size });
    return unfit !== null && unfit.field !== 'size' ? unfit.words : null;
  });
  readonly ready = $derived.by(() => {
    const sized = this.size !== null || !this.needsSize || this.#series.chart.sampleSize !== null;
    return this.items !== null && this.items.length > 0 && this.problem === null && sized;
  });
  readonly needsSize: boolean;

  constructor(series: Pick<Series, 'id' | 'chart'>) {
    this.#series = series;
    this.needsSize = needsSizes(series.chart.kind);
  }

  /** How many points there are then; null when it was refused. Size stays for the next one. */
  async submit(): Promise<number | null> {
    const { items, size, label, at } = this;
    if (items === null || !this.ready) return null;
    const when = at === '' ? {} : { at: timeInCell(at) ?? undefined };
    const point = { items, size, label, key: this.#key, ...when };
    const answer = await this.submission.send(() =>
      call(seriesEndpoints.addPoints, { id: this.#series.id, points: [point] }),
    );
    if (answer === null) return null;
    this.#key = aKey();
    this.values = '';
    this.label = '';
    this.at = '';
    return answer.pointCount;
  }
}

/** Numbers with spaces or semicolons between them, with decimal points or commas; “-” is missing. Null where one is none. */
export function measurementsIn(text: string): (number | null)[] | null {
  const items: (number | null)[] = [];
  for (const word of text.split(/[\s;]+|,(?=\s)/)) {
    if (word === '') continue;
    const value = isMissing(word) ? null : (numberInCell(word, '.') ?? numberInCell(word, ','));
    if (value === null && !isMissing(word)) return null;
    items.push(value);
  }
  return items.some((item) => item !== null) ? items : null;
}

/** Not secret: only unlike any other. `randomUUID` is not there on pages without https. */
const aKey = (): string =>
  `hand-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('')}`;
