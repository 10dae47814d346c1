import { needsSizes } from '@cobench/shared/series/chart';
import type { NewSeries } from '@cobench/shared/series/series';
import type { SeriesSource, Subgrouping } from '@cobench/shared/series/source';
import type { ChartKind, SigmaMethod } from '@cobench/shared/spc/charts';
import { asUsual, chartChoices, fits, sigmaChoices, usualChart } from './chart-choices.ts';

type Chart = Partial<NewSeries['chart']> & { kind: ChartKind };
export type TimeUnit = 'minutes' | 'hours';

/** How measurements become points, and which chart is drawn of them, while somebody chooses. */
export class ChartDraft {
  by = $state<Subgrouping['by']>('each');
  groupSize = $state<number | null>(5);
  span = $state<number | null>(1);
  spanUnit = $state<TimeUnit>('hours');
  #kind = $state<ChartKind>('i');
  #sigmaMethod = $state<SigmaMethod | typeof asUsual>(asUsual);
  nsigmas = $state<number | null>(3);
  lambda = $state<number | null>(0.2);
  limitsType = $state<'exact' | 'asymptotic'>('exact');
  decisionInterval = $state<number | null>(5);
  shift = $state<number | null>(1);
  headStart = $state<number | null>(0);
  mrSpan = $state<number | null>(2);
  sampleSize = $state<number | null>(null);
  readonly #from: () => SeriesSource['from'];
  readonly #feed = $derived.by(
    () => ({ from: this.#from(), by: this.#from() === 'points' ? 'each' : this.by }) as const,
  );
  readonly kinds = $derived.by(() => chartChoices(this.#feed));
  /** What was chosen, where that still makes sense. */
  readonly kind = $derived.by(() => (fits(this.#kind, this.#feed) ? this.#kind : usualChart(this.#feed)));
  readonly sigmas = $derived.by(() => sigmaChoices(this.kind, this.#feed));
  readonly sigmaMethod = $derived.by(() =>
    this.sigmas.some(({ value }) => value === this.#sigmaMethod) ? this.#sigmaMethod : asUsual,
  );
  /** Brought points say themselves what each count is out of. */
  readonly asksSize = $derived.by(() => needsSizes(this.kind));
  readonly needsSize = $derived.by(() => this.asksSize && this.#from() !== 'points');

  constructor(from: () => SeriesSource['from']) {
    this.#from = from;
  }

  choose(kind: ChartKind): void {
    this.#kind = kind;
  }

  chooseSigma(method: SigmaMethod | typeof asUsual): void {
    this.#sigmaMethod = method;
  }

  /** Null while a number is missing. */
  readonly subgrouping = $derived.by((): Subgrouping | null => {
    const { by } = this.#feed;
    if (by === 'count') return this.groupSize === null ? null : { by, size: this.groupSize };
    if (by !== 'time') return { by };
    const seconds = this.spanUnit === 'hours' ? 3600 : 60;
    return this.span === null ? null : { by, seconds: Math.round(this.span * seconds) };
  });

  /** Only what this chart knows; null while a number is missing. */
  readonly definition = $derived.by((): Chart | null => {
    const { kind, nsigmas, lambda, decisionInterval, shift, headStart, mrSpan, sampleSize } = this;
    const sigmaMethod = this.sigmaMethod === asUsual ? null : this.sigmaMethod;
    const chart = { kind, sigmaMethod };
    if (kind === 'cusum') {
      const known = decisionInterval !== null && shift !== null && headStart !== null;
      return known ? { ...chart, decisionInterval, shift, headStart } : null;
    }
    if (nsigmas === null) return null;
    if (kind === 'ewma') return lambda === null ? null : { ...chart, nsigmas, lambda, limitsType: this.limitsType };
    if (kind === 'i' || kind === 'mr') return mrSpan === null ? null : { ...chart, nsigmas, mrSpan };
    if (!this.asksSize) return { ...chart, nsigmas };
    return this.needsSize && sampleSize === null ? null : { ...chart, nsigmas, sampleSize };
  });
}
