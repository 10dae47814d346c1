import { ActionPlan } from '@cobench/shared/alerts/action-plan';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { Role } from '@cobench/shared/access/roles';
import type { Series } from '@cobench/shared/series/series';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import type { DomainEvent } from '../src/domain-events.ts';
import {
  alertService,
  mongoAlertGrowth,
  mongoAlerts,
  mongoEscalationMails,
  newAlert,
  type Signal,
} from '../src/features/alerts/index.ts';
import { mongoInstruments } from '../src/features/instruments/index.ts';
import { mongoProjects } from '../src/features/projects/index.ts';
import type { Actor } from '../src/platform/access.ts';
import { eventBus } from '../src/platform/event-bus.ts';
import { createLog } from '../src/platform/log.ts';
import type { Mail } from '../src/platform/mail.ts';
import { connectMongo, createIndexes, type Connection } from '../src/platform/mongo/connect.ts';
import { inTransaction } from '../src/platform/mongo/transaction.ts';
import { newId } from '../src/platform/new-id.ts';
import { openTestDatabase } from './database.ts';
import { testTrail } from './trail.ts';

const anActor = (orgId: string, role: Role, name: string): Actor => ({
  personId: newId(),
  name,
  orgId,
  hidden: new Set(),
  role,
  via: { kind: 'session', sessionId: 's' },
});

/** An organisation whose time the test sets, with alerts of one series whose plan it sets, and as many processes as it wants. */
export async function alertHouse(start = '2026-06-01T00:00:00.000Z') {
  const { connection, url, close } = await openTestDatabase();
  const connections: Connection[] = [];
  let now = new Date(start);
  const clock = (): Date => now;
  const orgId = newId();
  const [technician, owner, pi, outsider] = [
    anActor(orgId, 'technician', 'Tomas'),
    anActor(orgId, 'engineer', 'Olga'),
    anActor(orgId, 'pi', 'Ingrid'),
    anActor(orgId, 'pi', 'Pia'),
  ];
  const actors = [technician, owner, pi, outsider];
  const series = { id: newId(), name: 'Chamber pressure', projectId: newId(), unit: 'mTorr' };
  // Pia leads, but is not among the people of the project.
  const hidden: ReadonlySet<string> = new Set([series.projectId]);
  const state = { plan: ActionPlan.parse({ ownerId: owner.personId }), pointCount: 10 };
  const reached = (some: readonly Actor[]) =>
    some.map(({ personId, name }) => ({ personId, email: `${name.toLowerCase()}@lab.test` }));

  /** A process: its own connection, its own events and the mails that it sent. `refuse`: mails its server does not take. */
  async function aProcess({ refuse = (_mail: Mail): boolean => false } = {}) {
    const own = await connectMongo(url);
    connections.push(own);
    const [heard, mails] = [new Array<Alert>(), new Array<Mail>()];
    const events = eventBus<DomainEvent>();
    events.on('alert.changed', ({ alert }) => void heard.push(alert));
    const alerts = alertService({
      repo: mongoAlerts(own),
      mails: mongoEscalationMails(own),
      series: { find: async () => state, countAlert: async () => null },
      people: {
        namesOf: async (_org, ids) =>
          new Map(actors.filter(({ personId }) => ids.includes(personId)).map((one) => [one.personId, one.name])),
        seatOf: async (_org, id) => {
          const one = actors.find(({ personId }) => personId === id);
          return one ? { role: one.role, hidden: one === outsider ? hidden : new Set<string>() } : null;
        },
        reached: async (_org, ids) => reached(actors.filter(({ personId }) => ids.includes(personId))),
        inRole: async (_org, role) => reached(actors.filter((one) => one.role === role)),
      },
      instruments: mongoInstruments(own),
      projects: mongoProjects(own),
      trail: testTrail(own, clock),
      events,
      clock,
      log: createLog('silent'),
      mail: async (one) => {
        if (refuse(one)) throw new Error('The mail server is away.');
        mails.push(one);
      },
      publicUrl: 'https://lab.test',
    });
    await createIndexes(own);
    return {
      alerts,
      heard,
      mails,
      /** This process stores points of the series. */
      grow: (pointCount: number) =>
        events.publish({ type: 'series.changed', orgId, series: { ...series, openAlerts: 1, pointCount } as Series }),
    };
  }

  const growth = mongoAlertGrowth(connection);
  async function anAlert(over: Partial<Signal> = {}): Promise<Alert> {
    const alert = newAlert({
      id: newId(),
      series: { ...series, plan: state.plan },
      instrumentId: null,
      rule: { id: 'WE1', title: 'One point beyond 3 sigma' },
      side: 'above',
      phase: { start: 0, limitsVersion: 1 },
      point: { index: 9, value: 14, lines: { center: 10, sigma: 1, ucl: 13, lcl: 7 } },
      run: null,
      at: clock().toISOString(),
      ...over,
    });
    await inTransaction(connection, (session) => growth.insert(orgId, [{ alert, plan: state.plan }], session));
    return alert;
  }

  onTestFinished(async () => {
    for (const one of connections) await one.close();
    await close();
  });
  return {
    orgId,
    technician,
    owner,
    pi,
    connection,
    growth,
    aProcess,
    anAlert,
    /** How many points the series has. */
    grow: (pointCount: number) => void (state.pointCount = pointCount),
    plan: (plan: z.input<typeof ActionPlan>) =>
      void (state.plan = ActionPlan.parse({ ownerId: owner.personId, ...plan })),
    at: (milliseconds: number): string => new Date(now.getTime() + milliseconds).toISOString(),
    pass: (milliseconds: number) => void (now = new Date(now.getTime() + milliseconds)),
    inTransaction: <T>(work: (session: Parameters<Parameters<typeof inTransaction>[1]>[0]) => Promise<T>) =>
      inTransaction(connection, work),
  };
}
