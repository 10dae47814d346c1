import type { Specification } from '@cobench/shared/series/chart';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { LimitSource } from '@cobench/shared/series/phase';
import { unfitRule, usualRules, type Series } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { ChartDraft } from './chart-draft.svelte.ts';
import { RuleEditor } from './rule-editor.svelte.ts';
import { SourceDraft } from './source-draft.svelte.ts';

/** What somebody fills in to create a control chart. */
export class NewSeriesForm {
  name = $state('');
  description = $state('');
  unit = $state('');
  limitsFrom = $state<'baseline' | 'given'>('baseline');
  center = $state<number | null>(null);
  sigma = $state<number | null>(null);
  baseline = $state<number | null>(20);
  specification = $state<Specification>({ lsl: null, usl: null, target: null });
  readonly source = new SourceDraft();
  readonly chart = new ChartDraft(() => this.source.from);
  readonly #usual = new RuleEditor(usualRules({ kind: 'i' }));
  readonly #usualOfSums = new RuleEditor(usualRules({ kind: 'cusum' }));
  readonly submission = new Submission();
  readonly #projectId: () => string;
  /** The rules; averages and sums have others, as neighbours on them depend on each other. */
  readonly rules = $derived.by(() =>
    this.chart.kind === 'cusum' || this.chart.kind === 'ewma' ? this.#usualOfSums : this.#usual,
  );
  /** Why the rules cannot be used on this chart, beside what is wrong with them anyway. */
  readonly unfit = $derived.by(() => unfitRule({ kind: this.chart.kind }, this.rules.rules));
  readonly limitSource = $derived.by((): LimitSource | null => {
    const { center, sigma, baseline } = this;
    if (this.limitsFrom === 'baseline') return baseline === null ? null : { from: 'baseline', points: baseline };
    return center === null || sigma === null ? null : { from: 'given', center, sigma };
  });
  readonly ready = $derived.by(
    () =>
      this.name.trim() !== '' &&
      this.source.source !== null &&
      this.chart.subgrouping !== null &&
      this.chart.definition !== null &&
      this.limitSource !== null &&
      this.rules.problem === null &&
      this.unfit === null,
  );

  constructor(projectId: () => string) {
    this.#projectId = projectId;
  }

  /** Fetches what there is to choose from. */
  loadChoices(): Promise<void> {
    return this.source.load(this.#projectId());
  }

  /** Takes the unit of what is measured, and names the chart after it, unless somebody wrote something. */
  quantityChosen(): void {
    if (this.unit === '') this.unit = this.source.unit;
    if (this.name === '') this.name = this.source.quantity.trim();
  }

  /** Whether the server refused something in this part of the form. */
  refused(part: string): boolean {
    return this.submission.fields?.some(({ pointer }) => pointer.startsWith(`/${part}`)) ?? false;
  }

  /** The new control chart, or null when it was refused. */
  async submit(): Promise<Series | null> {
    const { name, description, unit, limitSource, specification } = this;
    const { source } = this.source;
    const { subgrouping, definition: chart } = this.chart;
    if (source === null || subgrouping === null || chart === null || limitSource === null) return null;
    const { rules } = this.rules;
    const made = { name, description, source, unit, subgrouping, chart, specification: { ...specification }, rules };
    return this.submission.send(() =>
      call(seriesEndpoints.create, { projectId: this.#projectId(), ...made, limits: limitSource }),
    );
  }
}
