import type { Page } from '@cobench/shared/page';
import type { RunCounts } from '@cobench/shared/runs/endpoints';
import type { RunState } from '@cobench/shared/runs/life-cycle';
import type { ReportedEvent, RunEvent } from '@cobench/shared/runs/run-event';
import type { Run, RunEdit } from '@cobench/shared/runs/run';
import type { Actor, Scope } from '../../platform/access.ts';
import type { StoredEvents } from './event-columns.ts';
import type { SenderState } from './sender-state.ts';

export type RunChoice = {
  projectId?: string | undefined;
  instrumentId?: string | undefined;
  createdBy?: string | undefined;
  q?: string | undefined;
};

export type RunQuery = RunChoice & {
  /** In one of these; in any where none is named. */
  state?: readonly RunState[] | undefined;
  limit: number;
  cursor?: string | undefined;
};

export type StartedOn = {
  instrumentId: string;
  since: Date;
  until: Date | null;
  limit: number;
  cursor?: string | undefined;
};

/** What the feature needs from storage; every call stays within one organisation. */
export type RunRepo = {
  list(scope: Scope, query: RunQuery): Promise<Page<Run>>;
  /** How many there are in each state, as far as they are counted. */
  counts(scope: Scope, choice: RunChoice): Promise<RunCounts>;
  find(orgId: string, id: string): Promise<Run | null>;
  /** Those of some ids that are there and in sight. */
  visibleAmong(scope: Scope, ids: readonly string[]): Promise<string[]>;
  insert(orgId: string, run: Run): Promise<Run>;
  /** What people wrote; null where somebody changed it since that revision, or where it has started but may not have. */
  edit(orgId: string, id: string, edit: RunEdit & { revision: number; unstarted: boolean }): Promise<Run | null>;
  /** The runs that were started on an instrument in a span of time, oldest first; without an end until now. */
  startedOn(scope: Scope, span: StartedOn): Promise<Page<Run>>;
  /** The runs that are queued for an instrument. */
  waitingFor(orgId: string, instrumentId: string): AsyncIterable<Run>;
  /** Notes that the instrument was heard of. Null unless the run is running. */
  touch(orgId: string, id: string, at: Date): Promise<Run | null>;
  /** Runs of a deleted project are hidden, and come back with it. */
  hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;
};

/** What an event says before the log gives it its number and time. */
export type Happening = RunEvent extends infer E ? (E extends unknown ? Omit<E, 'seq' | 'at'> : never) : never;

/** What a batch makes of the run itself. */
export type RunChange = Partial<
  Pick<
    Run,
    | 'state'
    | 'progress'
    | 'reason'
    | 'startedAt'
    | 'finishedAt'
    | 'heartbeatAt'
    | 'steps'
    | 'results'
    | 'lockOut'
    | 'overrides'
  >
>;

/** A sender of numbered batches goes a step on, from what was seen of it. */
export type OrderStep = { seen: SenderState; to: SenderState };

/** A batch about to be written: what happened, and what that makes of the run. Never empty. */
export type NewBatch = {
  key: string;
  at: Date;
  happenings: readonly Happening[];
  change: RunChange;
  /** Where the batch is one of a sender that numbers them. */
  step?: OrderStep | undefined;
};

/** The history of runs: append-only batches, numbered 1, 2, 3 … per run without gaps, stored in that order. */
export type RunLog = {
  /**
   * Stores the batch, moves the run along and its sender a step on, all or nothing. Null where the run has changed since
   * it was `seen`, or a batch with this key is stored already: look again.
   * @throws Overtaken where the sender has gone on since it was seen.
   */
  append(orgId: string, seen: Run, batch: NewBatch): Promise<{ run: Run; events: RunEvent[] } | null>;
  /** The events of the batch with this key, where it is stored. */
  batch(orgId: string, runId: string, key: string): Promise<RunEvent[] | null>;
  /** Up to `limit` events after a number, in order, and none after `upTo`. */
  after(orgId: string, runId: string, range: { after: number; limit: number; upTo?: number }): Promise<RunEvent[]>;
  /**
   * What is no point, batch by batch: after a number from the oldest on, or before one from the newest back, each batch
   * backwards then. Its first batch may begin on the other side of the number.
   */
  logged(orgId: string, runId: string, range: { after: number } | { before: number }): AsyncIterable<RunEvent[]>;
  /** What is stored after a number, from the oldest to the newest; the first may begin before it. */
  stored(orgId: string, runId: string, after: number): AsyncIterable<StoredEvents>;
  /** Drops some of the points, of events after a number; answers the number to go on after, null where there are no more. */
  dropPoints(orgId: string, runId: string, after: number): Promise<number | null>;
  order: BatchOrder;
};

/** Another process was faster: it has taken a batch of the same sender, or changed a run, meanwhile. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** A batch that came before its turn, as it came. */
export type WaitingBatch = { number: number; key: string; at: Date; actor: Actor; reports: ReportedEvent[] };

/** Who numbers its batches, and how far they have come. Steps throw Overtaken where the sender has gone on since. */
export type BatchOrder = {
  find(orgId: string, runId: string, sender: string): Promise<SenderState>;
  /** The senders of a run. */
  count(orgId: string, runId: string): Promise<number>;
  step(orgId: string, runId: string, step: OrderStep): Promise<void>;
  /** Keeps a batch until it is its turn. */
  wait(orgId: string, runId: string, step: OrderStep & { batch: WaitingBatch }): Promise<void>;
  /** A batch that waits, or waited and is untold. */
  waiting(orgId: string, runId: string, of: { sender: string; number: number }): Promise<WaitingBatch | null>;
  /** The senders that have batches waiting, or some of which not everybody may be told. */
  stuck(): AsyncIterable<{ orgId: string; runId: string; sender: string }>;
  stuckOf(orgId: string, runId: string): Promise<string[]>;
};
