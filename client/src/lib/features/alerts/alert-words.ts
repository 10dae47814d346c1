import type { Alert, AlertAct, AlertState, Snooze } from '@cobench/shared/alerts/alert';
import { exactTime, quantity } from '#lib/ui/format.ts';
import type { Status } from '#lib/ui/status.ts';

/** “One point beyond 3 sigma, above: 12.4 nm”. */
export function headline({
  ruleTitle,
  side,
  value,
  unit,
}: Pick<Alert, 'ruleTitle' | 'side' | 'value' | 'unit'>): string {
  const what = side === null ? ruleTitle : `${ruleTitle}, ${side}`;
  return value === null ? what : `${what}: ${quantity(value, unit)}`;
}

/** What a badge says of it: what a revision made vanish and what keeps quiet comes before its state. */
export function statusOf({ state, snoozed, withdrawn }: Pick<Alert, 'state' | 'snoozed' | 'withdrawn'>): Status {
  if (withdrawn !== null) return 'withdrawn';
  return snoozed !== null && state !== 'closed' ? 'snoozed' : state;
}

/** How people call the states, one after the other. */
export const stateWords: Record<AlertState, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  'in-action': 'In action',
  closed: 'Closed',
};

/** “Point 45”, “Points 45 to 51”: counted from 1, as charts count. */
export const pointsInWords = ({ firstIndex, lastIndex }: Pick<Alert, 'firstIndex' | 'lastIndex'>): string =>
  firstIndex === lastIndex ? `Point ${firstIndex + 1}` : `Points ${firstIndex + 1} to ${lastIndex + 1}`;

/** “3 signals”. */
export const signalsInWords = ({ signals }: Pick<Alert, 'signals'>): string =>
  signals === 1 ? '1 signal' : `${signals} signals`;

/** “until Sat, 21 Nov 2026, 14:03:12 CET, or until point 60”. */
export function snoozeInWords({ until, untilIndex, untilChange }: Snooze): string {
  const ends = [
    ...(until === null ? [] : [`until ${exactTime(until)}`]),
    ...(untilIndex === null ? [] : [`until point ${untilIndex + 1}`]),
    ...(untilChange ? ['until it signals again or its state changes'] : []),
  ];
  return ends.join(', or ');
}

/** Of how many steps how many are done. */
export function progressOf({ action }: Pick<Alert, 'action'>): { done: number; all: number } {
  const steps = action?.steps ?? [];
  return { done: steps.filter(({ done }) => done !== null).length, all: steps.length };
}

const deeds: Record<AlertAct['act'], string> = {
  opened: 'opened it',
  acknowledged: 'acknowledged it',
  started: 'started the action',
  assigned: 'changed owner or due time',
  ticked: 'ticked a step',
  unticked: 'took back a step',
  closed: 'closed it',
  reopened: 'opened it again',
  snoozed: 'snoozed it',
  woke: 'woke it',
  escalated: 'escalated it',
  withdrawn: 'withdrew it',
  restored: 'brought it back',
};

/** What somebody did with it: “acknowledged it”. */
export const deedOf = ({ act }: Pick<AlertAct, 'act'>): string => deeds[act];

/** What somebody else did last; said to whoever came too late. */
export const lastAct = ({ acts }: Pick<Alert, 'acts'>): AlertAct | undefined => acts.at(-1);

/** “Acknowledged by Yuki Tanaka and Ada Brandt.” */
export function acknowledgedBy({ acknowledgements }: Pick<Alert, 'acknowledgements'>): string {
  const names = acknowledgements.map(({ byName }) => byName);
  const last = names.at(-1) ?? 'nobody';
  return `Acknowledged by ${names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last}.`;
}
