import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { Page } from '@cobench/shared/page';
import type { PhaseEpisode } from '@cobench/shared/series/episodes';
import type { JudgeState } from '@cobench/shared/series/judge-points';
import type { LimitsVersion } from '@cobench/shared/series/phase';
import type { Series, SeriesEdit } from '@cobench/shared/series/series';
import type { Scope } from '../../platform/access.ts';
import type { AlertGrowth, Extension } from '../alerts/index.ts';
import type { Bringer, Subgroup } from './subgroups.ts';

type PageQuery = { limit: number; cursor?: string | undefined };
export type SeriesQuery = PageQuery & {
  projectId?: string | undefined;
  q?: string | undefined;
  instrumentId?: string | undefined;
  runId?: string | undefined;
  archived?: boolean | undefined;
};

/** A series with all that judging its next point needs to remember. */
export type Chart = {
  series: Series;
  /** Null at the start of a phase. */
  head: JudgeState | null;
  /** Alarms that the next point may go on with. */
  episodes: PhaseEpisode[];
  /** Measurements whose subgroup is not complete. */
  groups: Subgroup[];
};

/** A point as it is stored: what was measured. How it is judged follows from the phases. */
export type StoredPoint = {
  index: number;
  at: string;
  items: (number | null)[];
  size: number | null;
  /** The measurements it is made of, each by a name of its own: none is taken twice. */
  from: string[];
  runId: string | null;
  label: string;
  /** Who brought it; runs tell who measured. */
  by?: Bringer;
  excluded: { byName: string; at: string; reason: string } | null;
};

/** What judging remembered before the point `index`, by this version of the limits. */
export type Checkpoint = { limitsVersion: number; index: number; state: JudgeState };

/** What measurements add to a chart; all of it is stored, or none. */
export type Growth = {
  /** The chart as it is then. */
  to: Chart;
  points: StoredPoint[];
  checkpoints: Checkpoint[];
  versions: LimitsVersion[];
  opened: Alert[];
  extended: Extension[];
};
/** What one transaction stores of several series: `charts` as they were read. */
export type Grown = { chart: Chart; growth: Growth };

/** How a revision is written, in one transaction with its entry in the trail. */
export type RevisionWrite = Omit<Growth, 'points'> & {
  /** Alerts whose signals vanish, and those whose signals are back. */
  withdrawn: string[];
  restored: string[];
  by: { byName: string; at: string; limitsVersion: number };
  /** Points that are excluded from now on, or count again. */
  exclusions: { indices: number[]; excluded: StoredPoint['excluded'] }[];
  /** Versions that nobody judges by any more. */
  replaced: number[];
};

/** What feeds a series. */
export type Fed = Pick<Series, 'id' | 'source' | 'subgrouping' | 'chart' | 'createdAt'>;

/** What the feature needs from storage; every call stays within one organisation unless it says otherwise. */
export type SpcRepo = {
  series: {
    list(scope: Scope, query: SeriesQuery): Promise<Page<Series>>;
    find(orgId: string, id: string): Promise<Series | null>;
    /** Those of them that are there and take points. */
    charts(orgId: string, ids: readonly string[]): Promise<Chart[]>;
    /** The series of a project that are fed from its runs. */
    fedIn(orgId: string, projectId: string): Promise<Fed[]>;
    /** Series of all organisations whose measurements wait for a time or for the end of a run. */
    waiting(): AsyncIterable<{ orgId: string; chart: Chart }>;
    hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
    /**
     * Counts one open alert more, or one less: that one does not go on then, and its next signal opens another. Null where the
     * series is gone. Safe within a transaction.
     */
    countAlert(orgId: string, id: string, to: { by: 1 | -1; alertId: string }): Promise<Series | null>;
  };
  points: {
    /** Those from `first` on and before `end`, in order. */
    range(orgId: string, seriesId: string, range: { first: number; end: number }): Promise<StoredPoint[]>;
    /** Which measurements are in points of the series already. */
    taken(orgId: string, seriesId: string, from: readonly string[]): Promise<ReadonlySet<string>>;
    /** The newest checkpoint of a version at or before a point. */
    checkpoint(
      orgId: string,
      seriesId: string,
      at: { limitsVersion: number; index: number },
    ): Promise<Checkpoint | null>;
  };
  limits: {
    /** Newest first. */
    list(orgId: string, seriesId: string, query: PageQuery): Promise<Page<LimitsVersion>>;
  };
  alerts: AlertGrowth;
  /** @throws Fault `name.taken` */
  create(orgId: string, chart: Chart, by: { createdBy: string; version: LimitsVersion }): Promise<Series>;
  /** Null where somebody changed it since it was seen. @throws Fault `name.taken` */
  edit(orgId: string, id: string, to: EditOfRow): Promise<Changed | null>;
  /**
   * Stores what several series of an organisation grow by; answers the alerts that open and go on. Null where one of the
   * series has changed since it was read, or holds one of the measurements already: look again.
   */
  grow(orgId: string, grown: readonly Grown[]): Promise<Alert[] | null>;
  /** Within the transaction of the caller. Null where the series has changed since it was read. */
  revise(orgId: string, chart: Chart, write: RevisionWrite): Promise<Changed | null>;
};

/** A series as it is now, and the alerts that changed with it. */
export type Changed = { series: Series; alerts: Alert[] };

export type EditOfRow = Omit<SeriesEdit, 'archived' | 'plan'> & {
  archived?: Date | null;
  plan?: ActionPlan;
  revision: number;
};
