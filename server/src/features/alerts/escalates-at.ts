import type { ActionPlan } from '@cobench/shared/alerts/action-plan';

type Unseen = { unseenSince: Date; level: number };
const minute = 60_000;

/** When the next level is told of an alert that nobody acknowledges; null where there is none. */
export function escalatesAt({ escalateAfterMinutes }: ActionPlan, { unseenSince, level }: Unseen): Date | null {
  const age = escalateAfterMinutes[level];
  return age === undefined ? null : new Date(unseenSince.getTime() + age * minute);
}

/** The last level whose age has passed; 0 for none. */
export const levelAt = (
  { escalateAfterMinutes }: ActionPlan,
  { unseenSince, now }: { unseenSince: Date; now: Date },
): number => escalateAfterMinutes.filter((age) => unseenSince.getTime() + age * minute <= now.getTime()).length;
