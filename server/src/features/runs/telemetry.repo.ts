import type { RunMetric } from '@cobench/shared/runs/telemetry';
import type { Node, Piece, Stored } from './pyramid.ts';

/** A metric of a run; times in milliseconds since 1970. */
export type MetricSummary = Omit<RunMetric, 'firstAt' | 'lastAt'> & { firstAt: number; lastAt: number };

/** How far the points of a run have been packed for charts, and what there is of each metric until there. */
export type PackedSummary = {
  packedSeq: number;
  metrics: readonly MetricSummary[];
  /** Whether the raw points are gone: only roll-ups are left. */
  dropped: boolean;
  version: number;
};

export const nothingPacked: PackedSummary = { packedSeq: 0, metrics: [], dropped: false, version: 0 };

/** What one metric has grown by. */
export type MetricGrowth = { metric: string; nodes: Iterable<Node>; pieces: Iterable<Piece> };
/** A level of a metric, or its raw points, from the node whose time `from` is to that of `to`. */
export type Stretch = { metric: string; from: number; to: number };

/** The points of runs as they are kept for charts. Every call stays within one organisation. */
export type TelemetryRepo = {
  /** What is read within sees the store as it is at one moment. */
  atOneMoment<T>(read: () => Promise<T>): Promise<T>;
  summary(orgId: string, runId: string): Promise<PackedSummary | null>;
  /** Notes that a run has something to be packed, should it not be known yet. */
  begin(orgId: string, runId: string): Promise<void>;
  stored(orgId: string, runId: string, metric: string): Stored;
  /** Writes a growth, all or nothing; false where the summary is not as it was seen any more. */
  grow(
    orgId: string,
    runId: string,
    growth: { seen: PackedSummary; to: PackedSummary; endedAt: Date | null; metrics: readonly MetricGrowth[] },
  ): Promise<boolean>;
  nodes(orgId: string, runId: string, of: Stretch & { level: number }): AsyncIterable<Node & { until: number }>;
  pieces(orgId: string, runId: string, of: Stretch): AsyncIterable<Pick<Piece, 'bytes'>>;
  /** The runs that ended and were never begun: those that ended before there was packing. */
  neverBegun(): AsyncIterable<{ orgId: string; runId: string }>;
  /** The runs that are not known to be packed to their end. */
  unsettled(): AsyncIterable<{ orgId: string; runId: string }>;
  /** The runs that ended before, are packed to their end, and still have raw points. */
  endedBefore(orgId: string, before: Date): AsyncIterable<{ runId: string }>;
  /** Notes that the raw points of a run are about to go; false where they went meanwhile. */
  dropping(orgId: string, runId: string): Promise<boolean>;
  /** Drops some of the raw points; whether there may be more. */
  dropPieces(orgId: string, runId: string): Promise<boolean>;
  /** Notes that all of them are gone. */
  dropped(orgId: string, runId: string): Promise<void>;
};
