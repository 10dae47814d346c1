import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { ClientSession } from 'mongoose';

/** What an alert says of the point that it begins at. */
export type Beginning = Pick<Alert, 'firstIndex' | 'value' | 'limits' | 'limitsVersion' | 'phaseStart'>;
/**
 * An alert that was open before and has gone on by so many more signals; `lastAt` is server time. By a revision it may begin
 * elsewhere, and have fewer.
 */
export type Extension = { alertId: string; signals: number; lastIndex: number; lastAt: string; begins?: Beginning };
type Withdrawal = NonNullable<Alert['withdrawn']>;
type Within = { session: ClientSession };

/**
 * How alerts change in the transaction of whoever stores points and limits. The row of the series always comes first in it: its
 * version is the lock, and nobody waits for two records in the other order.
 */
export type AlertGrowth = {
  /** Made by `newAlert`; the plan of their series says when somebody else is told of those that nobody acknowledges. */
  insert(orgId: string, opened: readonly { alert: Alert; plan: ActionPlan }[], session: ClientSession): Promise<void>;
  /**
   * More signals of an alert. It wakes up where it keeps quiet until its next signal. Null where it was closed or withdrawn: that
   * does not go on, and the signals open another one.
   */
  extend(orgId: string, extension: Extension, session: ClientSession): Promise<Alert | null>;
  /** A revision made its signals vanish. Null where they had before. Unless it is closed, its series counts one less. */
  withdraw(orgId: string, id: string, to: { withdrawn: Withdrawal } & Within): Promise<Alert | null>;
  /** Its signals are back: it is as it was. Null where they never went. Unless it is closed, its series counts one more. */
  restore(
    orgId: string,
    id: string,
    to: { plan: ActionPlan; byName: string; at: string } & Within,
  ): Promise<Alert | null>;
  /** The series has another plan: other rules may hold runs, at other ages somebody else is told. Answers those that hold runs now, or no longer. */
  replan(orgId: string, seriesId: string, to: { plan: ActionPlan } & Within): Promise<Alert[]>;
  /** The series is called otherwise, or has another unit. */
  relabel(orgId: string, seriesId: string, to: Pick<Alert, 'seriesName' | 'unit'> & Within): Promise<void>;
  /** All of a series that have signals at a point or after it, withdrawn and closed ones too, the oldest first. */
  since(orgId: string, seriesId: string, index: number): Promise<Alert[]>;
};
