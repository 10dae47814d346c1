import type { Action } from '../access/permissions.ts';
import type { Alert, AlertState, AlertStep } from './alert.ts';

/** What people do with an alert, and what each of it needs. */
export const alertTasks = {
  acknowledge: 'alert.acknowledge',
  act: 'alert.act',
  step: 'alert.act',
  snooze: 'alert.act',
  wake: 'alert.act',
  close: 'alert.close',
  reopen: 'alert.act',
} as const satisfies Record<string, Action>;
export type AlertTask = keyof typeof alertTasks;

/** THE table of the life of an alert: what may be done in each state. The server judges by it, pages show buttons by it. */
export const tasksIn: Record<AlertState, readonly AlertTask[]> = {
  open: ['acknowledge', 'act', 'snooze', 'wake', 'close'],
  acknowledged: ['acknowledge', 'act', 'snooze', 'wake', 'close'],
  'in-action': ['acknowledge', 'act', 'step', 'snooze', 'wake', 'close'],
  closed: ['reopen'],
};

const stateWords: Record<AlertState, string> = {
  open: 'nobody has acknowledged this alert yet',
  acknowledged: 'nobody works on this alert yet',
  'in-action': 'somebody works on this alert',
  closed: 'this alert is closed',
};

type Seen = Pick<Alert, 'state' | 'withdrawn' | 'snoozed'>;

/** Why something cannot be done with an alert as it is, as a sentence; null where it can. Roles are another question. */
export function whyNot({ state, withdrawn, snoozed }: Seen, task: AlertTask): string | null {
  if (withdrawn) return 'This alert was withdrawn: by the limits as they are now its points do not signal.';
  if (task === 'wake' && !snoozed && state !== 'closed') return 'This alert is not snoozed.';
  if (tasksIn[state].includes(task)) return null;
  return task === 'reopen' ? 'This alert is not closed.' : `That cannot be done now: ${stateWords[state]}.`;
}

/** Whether it asks for somebody now. */
export const isActive = ({ state, withdrawn, snoozed }: Seen): boolean =>
  state !== 'closed' && withdrawn === null && snoozed === null;

/** The required steps that are not done: until there are none, an alert is not closed with its cause. */
export const stepsLeft = ({ action }: Pick<Alert, 'action'>): AlertStep[] =>
  action?.steps.filter(({ required, done }) => required && done === null) ?? [];
