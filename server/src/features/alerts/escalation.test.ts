import { expect, test } from 'vitest';
import { alertHouse } from '../../../test/alert-house.ts';
import { hour, minute } from '../../../test/calibration-house.ts';

test('an alert that nobody acknowledges is told to its owner, then also to those who lead and see it, once each', async () => {
  const house = await alertHouse();
  house.plan({ escalateAfterMinutes: [10, 60] });
  const { alerts, mails, heard } = await house.aProcess();
  const { id } = await house.anAlert();
  const told: [number, string][] = [];
  for (let passed = 0; passed < 180; passed += 5) {
    await alerts.passTime();
    for (const { to } of mails.splice(0)) told.push([passed, to]);
    house.pass(5 * minute);
  }
  expect(told).toEqual([
    [10, 'olga@lab.test'],
    [60, 'olga@lab.test'],
    [60, 'ingrid@lab.test'],
  ]);
  expect(heard.map(({ escalation }) => escalation)).toEqual([1, 2]);
  expect(await alerts.get(house.pi, { id })).toMatchObject({ escalation: 2, escalatedAt: '2026-06-01T01:00:00.000Z' });
});

test('a mail names the chart and the rule, and nothing that was measured', async () => {
  const house = await alertHouse();
  house.plan({ escalateAfterMinutes: [1] });
  const { alerts, mails } = await house.aProcess();
  const { id } = await house.anAlert();
  house.pass(minute);
  await alerts.passTime();
  expect(mails).toHaveLength(1);
  expect(mails[0]?.subject).toBe('Nobody has acknowledged an alert of Chamber pressure');
  expect(mails[0]?.text).toContain(`https://lab.test/alerts/${id}`);
  expect(mails[0]?.text).toContain('rule WE1 (One point beyond 3 sigma)');
  expect(mails[0]?.text).not.toMatch(/\b(14|10|13|mTorr)\b/);
});

test('of several processes that look at once one escalates, and one mails', async () => {
  const house = await alertHouse();
  house.plan({ escalateAfterMinutes: [10] });
  const processes = await Promise.all([1, 2, 3].map(() => house.aProcess()));
  for (let i = 0; i < 10; i++) await house.anAlert();
  house.pass(10 * minute);
  await Promise.all(processes.flatMap(({ alerts }) => [alerts.passTime(), alerts.passTime()]));
  expect(processes.flatMap(({ heard }) => heard).map(({ escalation }) => escalation)).toEqual(
    Array.from({ length: 10 }, () => 1),
  );
  expect(processes.flatMap(({ mails }) => mails)).toHaveLength(10);
});

test('what a mail server did not take is sent later, to those who were not told yet', async () => {
  const house = await alertHouse();
  house.plan({ escalateAfterMinutes: [1, 2] });
  let away = true;
  const { alerts, mails } = await house.aProcess({ refuse: ({ to }) => away && to.startsWith('ingrid') });
  await house.anAlert();
  house.pass(2 * minute);
  await alerts.passTime();
  await alerts.passTime();
  expect(mails.map(({ to }) => to)).toEqual(['olga@lab.test']);
  away = false;
  house.pass(6 * minute);
  await alerts.passTime();
  expect(mails.map(({ to }) => to)).toEqual(['olga@lab.test', 'ingrid@lab.test']);
});

test('whoever acknowledges in time, and whoever snoozes, is not overtaken by a mail', async () => {
  const house = await alertHouse();
  house.plan({ escalateAfterMinutes: [10] });
  const { alerts, mails } = await house.aProcess();
  const [one, other] = [await house.anAlert(), await house.anAlert()];
  await alerts.acknowledge(house.technician, { id: one.id, comment: '' });
  const quiet = { until: house.at(hour), points: null, untilChange: false, reason: 'Lunch' };
  await alerts.snooze(house.technician, { id: other.id, ...quiet });
  house.pass(30 * minute);
  await alerts.passTime();
  expect(mails).toEqual([]);
  house.pass(30 * minute);
  await alerts.passTime();
  expect(mails).toHaveLength(1);
  expect(await alerts.get(house.pi, { id: other.id })).toMatchObject({ snoozed: null, escalation: 1 });
  expect(await alerts.get(house.pi, { id: one.id })).toMatchObject({ escalation: 0 });
});

test('another plan counts at once, also for alerts that are open already', async () => {
  const house = await alertHouse();
  const { alerts, mails } = await house.aProcess();
  const { seriesId } = await house.anAlert();
  house.pass(hour);
  await alerts.passTime();
  expect(mails).toEqual([]);
  house.plan({ escalateAfterMinutes: [90] });
  const plan = { checklist: [], ownerId: null, dueHours: null, escalateAfterMinutes: [90], holdRules: [] };
  await house.inTransaction((session) => house.growth.replan(house.orgId, seriesId, { plan, session }));
  await alerts.passTime();
  expect(mails).toEqual([]);
  house.pass(hour / 2);
  await alerts.passTime();
  expect(mails.map(({ to }) => to)).toEqual(['olga@lab.test']);
});
