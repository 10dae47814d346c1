import type { CalibrationReminder } from '@cobench/shared/calibrations/reminder';
import { instrumentStanding } from '@cobench/shared/calibrations/standing';
import { dayOf } from '@cobench/shared/calibrations/words';
import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { SendMail } from '../../platform/mail.ts';
import type { CalibrationRepo, Certificate } from './calibration.repo.ts';
import { dueMail } from './letters.ts';
import type { DueRepo, ReminderRow } from './due.repo.ts';

type Reached = { personId: string; email: string };
export type ReminderDeps = {
  repo: CalibrationRepo;
  dues: DueRepo;
  instruments: { find(orgId: string, id: string): Promise<Instrument | null> };
  people: {
    /** Those of these people who may work there and have an address. */
    reached(orgId: string, personIds: readonly string[]): Promise<Reached[]>;
    administrators(orgId: string): Promise<Reached[]>;
  };
  events: DomainEvents;
  clock: Clock;
  log: Log;
  /** Null where no mail can be sent. */
  mail: SendMail | null;
  publicUrl: string;
};

/** Whoever sends a reminder has it to themselves for this long; after that another may try. */
const tryAgainAfter = 5 * 60_000;
/** An address that takes no mail for so long is left alone. */
const giveUpAfter = 7 * 86_400_000;

/**
 * Sends what is in the outbox. A reminder is there once; each of those it is for is noted when they were told, so that a
 * mail is sent again only where a process died between sending it and noting that.
 */
export function reminders({ repo, dues, instruments, people, events, clock, log, mail, publicUrl }: ReminderDeps) {
  /** What there is to say now; null where it was superseded, or nobody needs it any more. */
  async function toldBy(row: ReminderRow): Promise<{ reminder: CalibrationReminder; people: string[] } | null> {
    const { orgId, instrumentId, calibrationId, days } = row;
    const instrument = await instruments.find(orgId, instrumentId);
    if (!instrument?.calibrationRequired) return null;
    const now = clock();
    const { dueAt, dueBy } = instrumentStanding(await repo.certificates(orgId, instrumentId), now);
    if (dueBy?.id !== calibrationId || dueAt?.getTime() !== row.dueAt.getTime() || dueBy.ended) return null;
    if (days > 0 && dueAt <= now) return null;
    const words = wordsOf(instrument, { certificate: dueBy, isOver: dueAt <= now });
    const about = { instrumentId, instrumentName: instrument.name, calibrationId, days };
    return {
      reminder: { ...about, dueAt: dueAt.toISOString(), words },
      people: [instrument.ownerId, dueBy.createdBy].filter((id) => id !== null),
    };
  }

  async function send(row: ReminderRow): Promise<void> {
    const { orgId, instrumentId } = row;
    const due = await toldBy(row);
    if (due && !row.told.includes('app')) {
      await dues.told(row, 'app');
      await events.publish({ type: 'calibration.due', orgId, reminder: due.reminder });
    }
    if (due && mail) {
      const named = await people.reached(orgId, [...new Set(due.people)]);
      const readers = named.length > 0 ? named : await people.administrators(orgId);
      const link = `${publicUrl}/instruments/${instrumentId}`;
      const failures: unknown[] = [];
      for (const { personId, email } of readers.filter((reader) => !row.told.includes(reader.personId))) {
        try {
          await mail(dueMail({ to: email, words: due.reminder.words, link }));
          await dues.told(row, personId);
        } catch (error) {
          // The others are told in any case.
          failures.push(error);
        }
      }
      if (failures.length > 0 && clock().getTime() - row.dueAt.getTime() < giveUpAfter) throw failures[0];
    }
    await dues.done(row, clock());
  }

  return {
    /** Sends all that waits and nobody else is sending. Never rejects for a mail server that does not take it. */
    async sendWaiting(): Promise<void> {
      for (;;) {
        const now = clock();
        const row = await dues.take(now, new Date(now.getTime() + tryAgainAfter));
        if (!row) return;
        await send(row).catch((err: unknown) => {
          log.error({ err, reminder: row }, 'a reminder of a calibration was not sent; it is tried again');
        });
      }
    },
  };
}

function wordsOf({ name }: Instrument, { certificate, isOver }: { certificate: Certificate; isOver: boolean }): string {
  const day = dayOf(certificate.expiresAt, certificate.timeZone);
  return isOver
    ? `Certificate ${certificate.number} of ${name} expired on ${day}: it is locked out until it is calibrated.`
    : `Certificate ${certificate.number} of ${name} expires on ${day}.`;
}
