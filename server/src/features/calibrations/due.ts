import { reminderDays, type ReminderDays } from '@cobench/shared/calibrations/reminder';
import { instrumentStanding } from '@cobench/shared/calibrations/standing';
import type { Certificate } from './calibration.repo.ts';
import type { DueRepo, DueRow } from './due.repo.ts';

export const day = 86_400_000;
/** A calibration that ended longer ago than this is no news: a server that was off for a month does not mail about it. */
const newsFor = 7 * day;

/** What is kept of how the certificates of an instrument stand. */
export function dueOf(instrumentId: string, certificates: readonly Certificate[], now: Date): DueRow {
  const { dueAt, dueBy, nextChangeAt } = instrumentStanding(certificates, now);
  const moments = [nextChangeAt, ...(dueAt ? reminderDays.map((days) => momentOf(dueAt, days)) : [])]
    .filter((moment) => moment !== null)
    .filter((moment) => moment > now);
  const wakeAt = moments.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
  return { instrumentId, dueAt, dueBy: dueBy?.id ?? null, wakeAt };
}

/** Of what somebody is to be reminded by now: the last threshold that was passed. */
export type DueReminder = { calibration: Certificate; days: ReminderDays; dueAt: Date };

/**
 * The last threshold that was passed since the certificate was recorded; null where there is none, where it was ended by
 * hand (somebody knows), and where it is no news any more. Earlier thresholds that nobody was reminded at are left out.
 */
export function reminderAt(certificates: readonly Certificate[], now: Date): DueReminder | null {
  const { dueAt, dueBy } = instrumentStanding(certificates, now);
  if (!dueAt || !dueBy || dueBy.ended || now.getTime() - dueAt.getTime() > newsFor) return null;
  const passed = reminderDays
    .filter((days) => momentOf(dueAt, days) <= now && momentOf(dueAt, days).getTime() > Date.parse(dueBy.createdAt))
    .at(-1);
  return passed === undefined ? null : { calibration: dueBy, days: passed, dueAt };
}

type Noted = { orgId: string; instrumentId: string; certificates: readonly Certificate[]; now: Date };

/**
 * Keeps how the certificates of an instrument stand, and puts the reminder that is due by now into the outbox: whoever
 * changes a certificate just then must not take the moment away from it.
 */
export async function noteDue(dues: DueRepo, { orgId, instrumentId, certificates, now }: Noted): Promise<void> {
  await dues.save(orgId, dueOf(instrumentId, certificates, now));
  const due = reminderAt(certificates, now);
  if (!due) return;
  const { calibration, days, dueAt } = due;
  await dues.remind({ orgId, instrumentId, calibrationId: calibration.id, days, dueAt }, now);
}

const momentOf = (dueAt: Date, days: number): Date => new Date(dueAt.getTime() - days * day);
