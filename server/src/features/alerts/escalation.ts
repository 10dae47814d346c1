import type { Alert } from '@cobench/shared/alerts/alert';
import type { Role } from '@cobench/shared/access/roles';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Log } from '../../platform/log.ts';
import type { SendMail } from '../../platform/mail.ts';
import type { AlertRepo, Overdue } from './alert.repo.ts';
import type { AlertWriter } from './alert-writer.ts';
import type { SeriesOfAlerts } from './alert-work.ts';
import { escalatesAt, levelAt } from './escalates-at.ts';
import type { EscalationMail, EscalationMails } from './escalation.repo.ts';
import { escalationMail } from './letters.ts';

type Reached = { personId: string; email: string };
export type EscalationDeps = {
  repo: AlertRepo;
  mails: EscalationMails;
  writer: AlertWriter;
  series: SeriesOfAlerts;
  people: {
    /** Those of these people who may work there and have an address. */
    reached(orgId: string, personIds: readonly string[]): Promise<Reached[]>;
    /** All in a role who have an address. */
    inRole(orgId: string, role: Role): Promise<Reached[]>;
    seatOf(orgId: string, personId: string): Promise<{ hidden: ReadonlySet<string> } | null>;
  };
  clock: Clock;
  log: Log;
  /** Null where no mail can be sent. */
  mail: SendMail | null;
  publicUrl: string;
};

/** Whoever sends a mail has it to themselves for this long; after that another may try. */
const tryAgainAfter = 5 * 60_000;
/** How many are looked at before the next query. */
const batch = 100;

/** Tells somebody else of alerts that nobody acknowledges, at the ages that their plan names: once for each level. */
export function escalation({ repo, mails, writer, series, people, clock, log, mail, publicUrl }: EscalationDeps) {
  async function look(overdue: Overdue): Promise<void> {
    const { orgId, id, seriesId, unseenSince, escalation: told } = overdue;
    const now = clock();
    const plan = (await series.find(orgId, seriesId))?.plan;
    // The plan may be another one than when this was noted.
    const level = plan ? levelAt(plan, { unseenSince, now }) : 0;
    const escalateAt = plan ? escalatesAt(plan, { unseenSince, level: Math.max(level, told) }) : null;
    if (level <= told) return repo.lookAgain(overdue, escalateAt);

    const at = now.toISOString();
    const text = level === 1 ? 'Its owner is told.' : 'Those who lead the laboratory are told.';
    const act = { at, byName: 'Cobench', act: 'escalated', text } as const;
    const cobench = { orgId, outside: 'system', name: 'Cobench' } as const;
    await writer.write(cobench, { id, as: 'alert.escalate' }, async ({ reopenings }) => {
      const alert = await repo.escalate(overdue, { level, at, escalateAt, act });
      if (alert) await mails.add({ orgId, alertId: id, level, reopenings }, now);
      return alert;
    });
  }

  /** First whoever looks after the alerts of the series, then also those who lead; nobody who does not see the project. */
  async function readersOf(orgId: string, { projectId, seriesId }: Alert, level: number): Promise<Reached[]> {
    const ownerId = (await series.find(orgId, seriesId))?.plan.ownerId ?? null;
    const sees = async ({ personId }: Reached) =>
      (await people.seatOf(orgId, personId))?.hidden.has(projectId) === false;
    const seen = async (some: Reached[]) =>
      (await Promise.all(some.map(sees))).flatMap((yes, i) => (yes ? (some[i] ?? []) : []));
    const owner = ownerId === null ? [] : await seen(await people.reached(orgId, [ownerId]));
    if (level === 1 && owner.length > 0) return owner;
    const leads = await seen(await people.inRole(orgId, 'pi'));
    const all = leads.length > 0 ? leads : await people.inRole(orgId, 'admin');
    return [...new Map([...owner, ...all].map((one) => [one.personId, one])).values()];
  }

  async function send(due: EscalationMail): Promise<void> {
    const { orgId, alertId, level, told, reopenings } = due;
    const alert = await repo.find(orgId, alertId);
    const stands = alert?.state === 'open' && !alert.withdrawn && !alert.snoozed && alert.reopenings === reopenings;
    if (alert && stands && mail) {
      const link = `${publicUrl}/alerts/${alertId}`;
      for (const { personId, email } of await readersOf(orgId, alert, level)) {
        if (told.includes(personId)) continue;
        await mail(escalationMail(alert, { to: email, link, level }));
        await mails.told(due, personId);
      }
    }
    await mails.done(due, clock());
  }

  return {
    /** Escalates all that is overdue, and sends all mails that wait and nobody else is sending. */
    async escalateAll(): Promise<void> {
      for (;;) {
        const due = await repo.overdue(clock(), batch);
        for (const one of due) await look(one).catch(unlessMissing);
        if (due.length < batch) break;
      }
      for (;;) {
        const now = clock();
        const due = await mails.take(now, new Date(now.getTime() + tryAgainAfter));
        if (!due) return;
        await send(due).catch((err: unknown) => {
          log.error({ err, escalation: due }, 'a mail about an alert was not sent; it is tried again');
        });
      }
    },
  };
}

/** The project of the alert was deleted meanwhile. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof Fault && error.code === 'resource.missing')) throw error;
}
