import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints, type LimitSource, type Series } from '@cobench/shared/series/series';
import { ruleIds, type RuleId } from '@cobench/shared/spc/rules';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Choice = { value: string; label: string; hint?: string };
type Seen = { name: string; unit: string };
const anyInstrument: Choice = { value: '', label: 'Any instrument' };

/** So many of the newest runs are asked what they measured, to suggest names of metrics. */
const runsAsked = 5;
const eventsAsked = 200;

/** What somebody fills in to create a control chart. */
export class NewSeriesForm {
  name = $state('');
  metric = $state('');
  unit = $state('');
  instrumentId = $state('');
  limitsFrom = $state<LimitSource['from']>('baseline');
  center = $state<number | null>(null);
  sigma = $state<number | null>(null);
  baseline = $state<number | null>(20);
  rules = $state.raw<readonly RuleId[]>(ruleIds);
  instruments = $state.raw<readonly Choice[]>([anyInstrument]);
  /** Metrics that the newest runs of the project reported. */
  seen = $state.raw<readonly Seen[]>([]);
  /** The fetching of what there is to choose from. */
  readonly choices = new Submission();
  readonly submission = new Submission();
  readonly #projectId: () => string;
  readonly limitSource = $derived.by((): LimitSource | null => {
    const { center, sigma, baseline } = this;
    if (this.limitsFrom === 'baseline') return baseline === null ? null : { from: 'baseline', points: baseline };
    return center === null || sigma === null ? null : { from: 'given', center, sigma };
  });
  readonly ready = $derived.by(
    () => this.name.trim() !== '' && this.metric.trim() !== '' && this.limitSource !== null && this.rules.length > 0,
  );

  constructor(projectId: () => string) {
    this.#projectId = projectId;
  }

  /** Fetches what there is to choose from. */
  async loadChoices(): Promise<void> {
    await this.choices.send(async () => {
      const [instruments, seen] = await Promise.all([call(instrumentEndpoints.list, { limit: 200 }), this.#seen()]);
      this.instruments = [
        anyInstrument,
        ...instruments.items.map(({ id, name, location }) => ({ value: id, label: name, hint: location })),
      ];
      this.seen = seen;
    });
  }

  /** Takes the unit of a metric that is known, unless one was typed. */
  metricChosen(): void {
    const known = this.seen.find(({ name }) => name === this.metric.trim());
    if (known && this.unit === '') this.unit = known.unit;
  }

  toggle(rule: RuleId): void {
    this.rules = ruleIds.filter((id) => (id === rule) !== this.rules.includes(id));
  }

  /** The new control chart, or null when it was refused. */
  async submit(): Promise<Series | null> {
    const { name, metric, unit, instrumentId, limitSource, rules } = this;
    if (limitSource === null) return null;
    return this.submission.send(() =>
      call(seriesEndpoints.create, {
        projectId: this.#projectId(),
        instrumentId: instrumentId === '' ? null : instrumentId,
        name,
        metric,
        unit,
        limitSource,
        rules: [...rules],
      }),
    );
  }

  async #seen(): Promise<Seen[]> {
    const { items } = await call(runEndpoints.list, { projectId: this.#projectId(), limit: runsAsked });
    const tails = await Promise.all(
      items.map(({ id, lastSeq }) =>
        call(runEndpoints.events, { id, after: Math.max(0, lastSeq - eventsAsked), limit: eventsAsked }),
      ),
    );
    const metrics = tails.flatMap((tail) => tail.items.filter((event) => event.kind === 'metric'));
    return metrics
      .filter(({ name }, i) => metrics.findIndex((other) => other.name === name) === i)
      .map(({ name, unit }) => ({ name, unit }))
      .toSorted((a, b) => a.name.localeCompare(b.name));
  }
}
