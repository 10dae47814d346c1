import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Acknowledgement, Alert, AlertAct, AlertAction, AlertStep, Snooze } from '@cobench/shared/alerts/alert';
import type { AlertQuery } from '@cobench/shared/alerts/endpoints';
import type { Page } from '@cobench/shared/page';
import type { Scope } from '../../platform/access.ts';

/** What a change adds to the history of an alert, and whether it wakes up by it. */
export type Noted = { act: AlertAct; wakes?: boolean };

/** An alert that nobody has acknowledged, at the time at which somebody else may have to be told. */
export type Overdue = {
  orgId: string;
  id: string;
  seriesId: string;
  escalation: number;
  unseenSince: Date;
  escalateAt: Date;
};
export type Escalation = { level: number; at: string; escalateAt: Date | null };
export type Reopening = Pick<Alert, 'state' | 'holds'> & { at: Date; plan: ActionPlan };

/**
 * What the feature needs from storage; every call stays within one organisation unless it says otherwise. A change says what
 * must hold of the alert when it is written, and answers null where that is not so any more.
 */
export type AlertRepo = {
  list(scope: Scope, query: AlertQuery): Promise<Page<Alert>>;
  find(orgId: string, id: string): Promise<Alert | null>;
  hideProject(orgId: string, projectId: string, hidden: boolean): Promise<void>;

  /** The first makes it acknowledged. Null where it is closed, or this person did it before. */
  acknowledge(orgId: string, id: string, to: { by: Acknowledgement } & Noted): Promise<Alert | null>;
  /** Null where work on it began before, or it is closed. */
  begin(orgId: string, id: string, to: { action: AlertAction } & Noted): Promise<Alert | null>;
  /** Null unless it is in action. */
  assign(
    orgId: string,
    id: string,
    to: Pick<AlertAction, 'ownerId' | 'ownerName' | 'dueAt'> & Noted,
  ): Promise<Alert | null>;
  /** Null unless it is in action, has the step, and that is not so already. */
  tick(orgId: string, id: string, to: { step: number; done: AlertStep['done'] } & Noted): Promise<Alert | null>;
  /** Null where it is closed already, or somebody changed it since it was seen. */
  close(orgId: string, seen: Alert, to: { closed: NonNullable<Alert['closed']> } & Noted): Promise<Alert | null>;
  /** Null unless it is closed. */
  reopen(orgId: string, id: string, to: Reopening & Noted): Promise<Alert | null>;
  /** Null where it is closed. */
  snooze(orgId: string, id: string, to: { snoozed: Snooze } & Noted): Promise<Alert | null>;
  /** Null where it is not snoozed, or snoozed otherwise than it was seen. */
  wake(orgId: string, seen: Alert, to: Noted): Promise<Alert | null>;

  /** Those of all organisations whose snooze is over by the clock, the longest waiting first. */
  awake(now: Date, limit: number): Promise<{ orgId: string; alert: Alert }[]>;
  /** Those that keep quiet until a point of their series, the oldest first. */
  awaitingPoint(orgId: string): Promise<Alert[]>;
  /** The series of all organisations that have alerts which keep quiet until a point. */
  awaited(): Promise<{ orgId: string; seriesId: string }[]>;

  /** Those of all organisations that somebody else may have to be told of, the longest waiting first. */
  overdue(now: Date, limit: number): Promise<Overdue[]>;
  /** Null where somebody has acknowledged it, or another process was faster. */
  escalate(overdue: Overdue, to: Escalation & Noted): Promise<Alert | null>;
  /** Says when it is to be looked at next, unless another process did meanwhile. */
  lookAgain(overdue: Overdue, escalateAt: Date | null): Promise<void>;

  /** Those that keep runs from starting on an instrument, the oldest first. */
  holding(orgId: string, instrumentId: string): Promise<Alert[]>;
};
