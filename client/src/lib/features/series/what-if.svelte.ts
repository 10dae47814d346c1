import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { LimitSource, Phase, SeriesRule } from '@cobench/shared/series/phase';
import type { Revision, RevisionDiff } from '@cobench/shared/series/revision';
import type { Series } from '@cobench/shared/series/series';
import type { ControlPoint } from '#lib/charts/control-point.ts';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { movableLines, movedLine, type MovableLine } from './moved-line.ts';
import { changesOf, emptyDraft, revisionOf, sameRules, toggled, type Draft } from './what-if-draft.ts';
import { alarmsNow, whatIf, wordsOfUnfit, type WhatIfResult } from './what-if-result.ts';

type Given = { series: Series | null; points: readonly ControlPoint[] };
type Seen = { revision: number; pointCount: number };

/** A line that can be taken hold of, where it is now. */
export type MovedLine = { id: MovableLine; label: string; value: number };

/**
 * What if: a change of how points are judged, tried on the chart as it is. It lies on top of whatever the chart has become
 * meanwhile, so what others do and what is measured shows, too; nothing is changed until it is committed.
 */
export class WhatIf {
  /** Null while nobody tries anything. */
  draft = $state.raw<Draft | null>(null);
  /** The chart as it was when the draft was begun, or last looked at. */
  #seen = $state.raw<Seen>({ revision: 0, pointCount: 0 });
  /** What the server says a commit would do; null until it was asked. */
  preview = $state.raw<RevisionDiff | null>(null);
  readonly asking = new Submission();
  readonly committing = new Submission();
  readonly #now: () => Given;
  readonly #series = $derived.by(() => this.#now().series);
  readonly #points = $derived.by(() => this.#now().points);

  readonly revision = $derived.by((): Revision | null => (this.draft === null ? null : revisionOf(this.draft)));
  readonly #alarms = $derived.by(() =>
    this.draft === null || this.#series === null ? [] : alarmsNow(this.#series, this.#points),
  );
  readonly #outcome = $derived.by((): WhatIfResult | string | null => {
    const [series, points, revision] = [this.#series, this.#points, this.revision];
    if (series === null || revision === null) return null;
    try {
      return whatIf(series, { points, revision, before: this.#alarms });
    } catch (error) {
      return wordsOfUnfit(error);
    }
  });
  /** How the chart would be; null where nothing is changed, or it cannot be. */
  readonly result = $derived.by(() => (typeof this.#outcome === 'string' ? null : this.#outcome));
  /** Why the draft cannot be, in words. */
  readonly problem = $derived.by(() => (typeof this.#outcome === 'string' ? this.#outcome : null));
  readonly changes = $derived.by(() => {
    const series = this.#series;
    return this.draft === null || series === null ? [] : changesOf(this.draft, series);
  });
  /** There is something that would be lost. */
  readonly dirty = $derived.by(() => this.revision !== null);
  /** Somebody else has changed how points are judged since the draft was looked at last. */
  readonly overtaken = $derived.by(() => this.draft !== null && (this.#series?.revision ?? 0) > this.#seen.revision);
  /** So many points came meanwhile; they are in the draft. */
  readonly arrived = $derived.by(() =>
    this.draft === null ? 0 : Math.max(0, (this.#series?.pointCount ?? 0) - this.#seen.pointCount),
  );
  /** The phase that the draft acts on, as it would be. */
  readonly phase = $derived.by((): Phase | null => {
    const { draft } = this;
    if (draft === null) return null;
    const start = draft.startPhase?.at ?? draft.phase;
    const phases = this.result?.phases ?? this.#series?.phases ?? [];
    return phases.find((phase) => phase.start === start) ?? this.#phaseNow(draft.phase);
  });
  readonly handles = $derived.by((): MovedLine[] => this.#handles());

  constructor(now: () => Given) {
    this.#now = now;
  }

  /** Begins with nothing changed, or with a draft that is handed in. */
  begin(draft?: Draft): void {
    this.draft = draft ?? emptyDraft(this.#series?.phases.at(-1)?.start ?? 0);
    this.look();
  }

  discard(): void {
    this.draft = null;
    this.preview = null;
  }

  /** Takes notice of what the chart has become. */
  look(): void {
    const { revision = 0, pointCount = 0 } = this.#series ?? {};
    this.#seen = { revision, pointCount };
  }

  change(part: Partial<Draft>): void {
    if (this.draft !== null) this.draft = { ...this.draft, ...part };
  }

  /** Acts on another phase; what was meant for the one before does not go along. */
  actOn(phase: number): void {
    this.change({ phase, limits: null, rules: null, startPhase: null, endPhase: false });
  }

  setLimits(limits: LimitSource | null): void {
    this.change({ limits });
  }

  /** The rules of the phase; those that it has already are no change. */
  setRules(rules: readonly SeriesRule[]): void {
    const now = this.draft === null ? null : this.#phaseNow(this.draft.phase);
    this.change({ rules: sameRules(now?.rules ?? [], rules) ? null : rules });
  }

  /** Leaves a point out or lets it count; the other way round where the draft does so already. */
  toggle(index: number): void {
    const point = this.#points.find((known) => known.index === index);
    if (this.draft !== null && point) this.draft = toggled(this.draft, index, point.excluded !== null);
  }

  move(line: MovableLine, to: number): void {
    const [parameters, point] = [this.phase?.parameters, this.#drawnPoint()];
    if (!parameters || !point) return;
    const { center, ucl, lcl } = point;
    this.setLimits(movedLine({ line, to: near(to, point.sigma) }, { parameters, lines: { center, ucl, lcl } }));
  }

  /** Asks the server what a commit would do: it knows all points, also those that are not here. */
  async ask(): Promise<void> {
    const { revision } = this;
    const id = this.#series?.id;
    if (revision === null || id === undefined) return;
    this.preview = null;
    this.look();
    this.preview = await this.asking.send(() => call(seriesEndpoints.preview, { id, ...revision }));
  }

  /**
   * Makes the change for all. Answers the chart as it is then; null where it was refused: the draft stays. Where somebody
   * was faster, what it would do is to be asked again first.
   */
  async commit(reason: string): Promise<Series | null> {
    const { revision } = this;
    const series = this.#series;
    if (revision === null || series === null) return null;
    const change = { id: series.id, ...revision, revision: this.#seen.revision, reason };
    const made = await this.committing.send(() => call(seriesEndpoints.revise, change));
    if (this.committing.problem?.type === 'edit.conflict') this.preview = null;
    if (made === null) return null;
    this.discard();
    return made.series;
  }

  #phaseNow(start: number): Phase | null {
    return this.#series?.phases.find((phase) => phase.start === start) ?? null;
  }

  /** The newest point of the phase that has lines: where these are taken hold of. */
  #drawnPoint(): { center: number; sigma: number | null; ucl: number | null; lcl: number | null } | null {
    const { phase } = this;
    if (phase === null) return null;
    const phases = this.result?.phases ?? this.#series?.phases ?? [];
    const end = phases.find(({ start }) => start > phase.start)?.start ?? Infinity;
    const points = this.result?.points ?? this.#points;
    const point = points.findLast(({ index, center }) => index < end && index >= phase.start && center !== null);
    return point === undefined || point.center === null ? null : { ...point, center: point.center };
  }

  #handles(): MovedLine[] {
    const [series, point] = [this.#series, this.#drawnPoint()];
    if (this.draft === null || series === null || point === null || !this.phase?.parameters) return [];
    return movableLines(series.chart.kind, point).flatMap((id) => {
      const value = point[id];
      return value === null ? [] : [{ id, label: lineNames[id], value }];
    });
  }
}

/** A hand is not exact: hundredths of sigma are as fine as it moves a line. */
function near(value: number, sigma: number | null): number {
  if (sigma === null || sigma <= 0) return value;
  const step = 10 ** Math.floor(Math.log10(sigma / 20));
  return Number((Math.round(value / step) * step).toPrecision(12));
}

const lineNames: Record<MovableLine, string> = {
  ucl: 'Upper control limit',
  center: 'Centre line',
  lcl: 'Lower control limit',
};
