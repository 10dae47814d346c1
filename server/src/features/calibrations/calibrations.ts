import { calibrationRecords, type CalibrationDeps } from './calibration.service.ts';
import { calibrationStatus } from './calibration-status.ts';
import { dueList, type DueListDeps } from './due-list.ts';
import { calibrationImpact, type ImpactDeps } from './impact.ts';
import { reminders, type ReminderDeps } from './reminders.ts';
import { waking } from './wake.ts';

type Deps = CalibrationDeps &
  ReminderDeps &
  ImpactDeps &
  DueListDeps &
  Pick<Parameters<typeof calibrationStatus>[0], 'heldBy'>;
export type CalibrationService = ReturnType<typeof calibrationService>;

/** Certificates of instruments, and what they make of the instruments. */
export function calibrationService(deps: Deps) {
  const [status, wake, outbox] = [calibrationStatus(deps), waking(deps), reminders(deps)];
  const { due, catchUp } = dueList(deps);
  let isCaughtUp = false;
  return {
    ...calibrationRecords(deps),
    ...status,
    impact: calibrationImpact(deps, status.doubtsOf),
    due,

    /** What time brings: to be called every few seconds, by as many processes as there are, never twice at once by one. */
    async passTime(): Promise<void> {
      if (!isCaughtUp) await catchUp();
      isCaughtUp = true;
      await wake();
      await outbox.sendWaiting();
    },
  };
}
