import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { LimitsVersion } from '@cobench/shared/series/phase';
import type { Series } from '@cobench/shared/series/series';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import type { ControlPoint } from '#lib/charts/control-point.ts';
import { replacedAt } from './limits-versions.ts';
import { samplingRate } from './sampling-rate.ts';
import type { SeriesPage } from './series-page.svelte.ts';
import type { Seen } from './series-sheet.ts';
import { emptyDraft, restoring, toggled } from './what-if-draft.ts';
import { WhatIf } from './what-if.svelte.ts';

/** How the points of a chart are judged, over time: what is tried now, what was in force before, and which points are left out. */
export class SeriesStudy {
  readonly trial: WhatIf;
  readonly versions: PagedList<LimitsVersion>;
  /** The version whose lines are shown instead of those of now. */
  shown = $state.raw<LimitsVersion | null>(null);
  /** What part of the chart is looked at. */
  seen = $state.raw<Seen | null>(null);
  readonly #page: SeriesPage;
  readonly excluded = $derived.by((): readonly ControlPoint[] =>
    this.#page.points.items.filter(({ excluded }) => excluded !== null),
  );
  readonly rate = $derived.by(() => samplingRate(this.#page.points.items.map(({ at }) => at)));

  constructor(page: SeriesPage) {
    this.#page = page;
    this.trial = new WhatIf(() => ({ series: page.series, points: page.points.items }));
    this.versions = new PagedList((cursor) =>
      call(seriesEndpoints.limits, { id: page.id, limit: 20, ...(cursor !== undefined && { cursor }) }),
    );
  }

  /** Whether a phase has this version now. */
  isCurrent({ start, version }: LimitsVersion): boolean {
    const phases = this.#page.series?.phases ?? [];
    return phases.some((phase) => phase.start === start && phase.limitsVersion === version);
  }

  begin(): void {
    this.shown = null;
    this.trial.begin();
  }

  /** Tries what bringing a version back would change. */
  restore(version: LimitsVersion): void {
    const excluded = this.excluded.flatMap(({ index, excluded }) => (excluded ? [{ index, at: excluded.at }] : []));
    const until = replacedAt(version, this.versions.items);
    this.shown = null;
    this.trial.begin(restoring(version, { phases: this.#page.series?.phases ?? [], excluded, until }));
  }

  /** Tries what it would change to let an excluded point count again. */
  include(index: number): void {
    const phase = this.#page.series?.phases.findLast(({ start }) => start <= index)?.start ?? 0;
    this.shown = null;
    this.trial.begin(toggled(this.trial.draft ?? emptyDraft(phase), index, true));
  }

  /** A draft was committed: the chart as it is now, before the server tells everybody. */
  committed(series: Series): void {
    this.#page.put(series);
  }
}
