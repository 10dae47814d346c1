import type { Page } from '@cobench/shared/page';
import type { RunState } from '@cobench/shared/runs/life-cycle';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Scope } from '../../platform/access.ts';

export type RunQuery = {
  projectId?: string | undefined;
  state?: RunState | undefined;
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** What the feature needs from storage; every call stays within one organisation. */
export type RunRepo = {
  list(scope: Scope, query: RunQuery): Promise<Page<Run>>;
  find(orgId: string, id: string): Promise<Run | null>;
  insert(orgId: string, run: Run): Promise<Run>;
  /** Notes that the instrument was heard of. Null unless the run is running. */
  touch(orgId: string, id: string, at: Date): Promise<Run | null>;
  /** Runs of a deleted project are hidden, and come back with it. */
  hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
};

/** What an event says before the log gives it its number and time. */
export type Happening = RunEvent extends infer E ? (E extends unknown ? Omit<E, 'seq' | 'at'> : never) : never;

/** What a batch makes of the run itself. */
export type RunChange = Partial<
  Pick<Run, 'state' | 'progress' | 'reason' | 'startedAt' | 'finishedAt' | 'heartbeatAt'>
>;

/** A batch about to be written: what happened, and what that makes of the run. Never empty. */
export type NewBatch = { key: string; at: Date; happenings: readonly Happening[]; change: RunChange };

/** The history of runs: append-only batches, numbered 1, 2, 3 … per run without gaps, stored in that order. */
export type RunLog = {
  /**
   * Stores the batch and moves the run along, both or nothing. Null where the run has changed since it was `seen`, or
   * a batch with this key is stored already: look again.
   */
  append(orgId: string, seen: Run, batch: NewBatch): Promise<{ run: Run; events: RunEvent[] } | null>;
  /** The events of the batch with this key, where it is stored. */
  batch(orgId: string, runId: string, key: string): Promise<RunEvent[] | null>;
  /** Up to `limit` events after a number, in order. */
  after(orgId: string, runId: string, range: { after: number; limit: number }): Promise<RunEvent[]>;
  /** Batch by batch from the newest to the oldest; within a batch in order. */
  newestFirst(orgId: string, runId: string): AsyncIterable<RunEvent[]>;
};
