import type { Page } from '@cobench/shared/page';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/series/alert';
import type { ControlLimits, Series, SeriesPoint } from '@cobench/shared/series/series';
import type { RuleId, RuleState, Side } from '@cobench/shared/spc/index';
import type { Scope } from '../../platform/access.ts';

type PageQuery = { limit: number; cursor?: string | undefined };
export type SeriesQuery = PageQuery & { projectId?: string | undefined; q?: string | undefined };
export type AlertQuery = PageQuery & { state?: Alert['state'] | undefined; seriesId?: string | undefined };

/** A rule that signalled at point `lastIndex`: if the next point does too, on the same side, it is the same alert. */
export type Episode = { rule: RuleId; side: Side; lastIndex: number; alertId: string };

/** A series with what judging its next point needs to remember. */
export type Chart = { series: Series; ruleState: RuleState | null; episodes: Episode[] };

/** An alert that was open before and has gone on. */
export type Extension = { alertId: string; signals: number; lastIndex: number; lastAt: string };

/** What a batch of measurements adds to a chart; all of it is stored, or none. */
export type Growth = {
  points: SeriesPoint[];
  limits: ControlLimits | null;
  ruleState: RuleState | null;
  episodes: Episode[];
  opened: Alert[];
  extended: Extension[];
};
export type Acknowledgement = { at: Date; by: string; byName: string; comment: string };

/** What the feature needs from storage; every call stays within one organisation. */
export type SpcRepo = {
  series: {
    list(scope: Scope, query: SeriesQuery): Promise<Page<Series>>;
    find(orgId: string, id: string): Promise<Series | null>;
    chart(orgId: string, id: string): Promise<Chart | null>;
    /** @throws Fault `name.taken` */
    insert(orgId: string, series: Series & { createdBy: string }): Promise<Series>;
    /** The series that metrics of these names of this run belong to. */
    fedBy(orgId: string, run: Run, metrics: string[]): Promise<Pick<Series, 'id' | 'metric'>[]>;
    hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
  };
  points: {
    /** The newest points, oldest first. */
    newest(orgId: string, seriesId: string, limit: number): Promise<SeriesPoint[]>;
    /** Up to `limit` points after an index, in order. */
    after(orgId: string, seriesId: string, range: { after: number; limit: number }): Promise<SeriesPoint[]>;
    /** Which of the events `first` to `last` of a run are points of the series already. */
    taken(orgId: string, seriesId: string, of: { runId: string; first: number; last: number }): Promise<Set<number>>;
  };
  alerts: {
    list(scope: Scope, query: AlertQuery): Promise<Page<Alert>>;
    find(orgId: string, id: string): Promise<Alert | null>;
    hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
  };
  /** Null where the chart has changed since it was read: look again. */
  grow(orgId: string, chart: Chart, growth: Growth): Promise<{ series: Series; alerts: Alert[] } | null>;
  /** Null where it is acknowledged already. */
  acknowledge(
    orgId: string,
    alert: Alert,
    acknowledgement: Acknowledgement,
  ): Promise<{ series: Series; alert: Alert } | null>;
};
