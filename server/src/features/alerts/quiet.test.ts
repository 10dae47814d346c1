import { expect, test } from 'vitest';
import { alertHouse } from '../../../test/alert-house.ts';
import { hour, minute } from '../../../test/calibration-house.ts';

const quiet = { until: null, points: null, untilChange: false, reason: 'Known' };

test('an alert that was snoozed until a time wakes up then, once, in whichever process', async () => {
  const house = await alertHouse();
  const processes = await Promise.all([1, 2].map(() => house.aProcess()));
  const [{ alerts }] = processes as [Awaited<ReturnType<typeof house.aProcess>>];
  const { id } = await house.anAlert();
  await alerts.snooze(house.technician, { id, ...quiet, until: house.at(hour) });
  for (const active of [true, false]) {
    const { items } = await alerts.list(house.pi, { limit: 10, active });
    expect(items).toHaveLength(active ? 0 : 1);
  }
  house.pass(59 * minute);
  await alerts.passTime();
  expect(await alerts.get(house.pi, { id })).toMatchObject({ snoozed: { byName: 'Tomas', reason: 'Known' } });
  house.pass(minute);
  for (const one of processes) one.heard.length = 0;
  await Promise.all(processes.flatMap((one) => [one.alerts.passTime(), one.alerts.passTime()]));
  const woken = await alerts.get(house.pi, { id });
  expect(woken).toMatchObject({ snoozed: null, state: 'open' });
  expect(woken.acts.map(({ act }) => act)).toEqual(['opened', 'snoozed', 'woke']);
  expect(processes.flatMap(({ heard }) => heard)).toHaveLength(1);
});

test('one that was snoozed for some points wakes up when the last of them is there, also where nobody was told', async () => {
  const house = await alertHouse();
  const { alerts } = await house.aProcess();
  const { id } = await house.anAlert();
  const snoozed = await alerts.snooze(house.technician, { id, ...quiet, points: 5 });
  expect(snoozed.snoozed).toMatchObject({ untilIndex: 14 });
  house.grow(14);
  await alerts.passTime();
  expect((await alerts.get(house.pi, { id })).snoozed).not.toBeNull();
  house.grow(15);
  await alerts.passTime();
  expect((await alerts.get(house.pi, { id })).snoozed).toBeNull();
});

test('one that was snoozed for some points wakes up with the last of them, also where nothing kept quiet just before', async () => {
  const house = await alertHouse();
  const { alerts, grow } = await house.aProcess();
  const { id } = await house.anAlert();
  await grow(10);
  await alerts.snooze(house.technician, { id, ...quiet, points: 5 });
  await grow(14);
  expect((await alerts.get(house.pi, { id })).snoozed).not.toBeNull();
  await Promise.all([grow(15), grow(13)]);
  expect((await alerts.get(house.pi, { id })).snoozed).toBeNull();
});

test('one that was snoozed until it changes wakes up with its next signal, and with its next state', async () => {
  const house = await alertHouse();
  const { alerts } = await house.aProcess();
  const [signals, changes] = [await house.anAlert(), await house.anAlert()];
  for (const { id } of [signals, changes]) await alerts.snooze(house.technician, { id, ...quiet, untilChange: true });
  await house.inTransaction((session) =>
    house.growth.extend(house.orgId, { alertId: signals.id, signals: 1, lastIndex: 10, lastAt: house.at(0) }, session),
  );
  expect(await alerts.get(house.pi, { id: signals.id })).toMatchObject({ snoozed: null, signals: 2, lastIndex: 10 });
  expect(await alerts.acknowledge(house.owner, { id: changes.id, comment: '' })).toMatchObject({ snoozed: null });
});

test('a signal leaves one alone that was snoozed until a time', async () => {
  const house = await alertHouse();
  const { alerts } = await house.aProcess();
  const { id } = await house.anAlert();
  await alerts.snooze(house.technician, { id, ...quiet, until: house.at(hour) });
  await house.inTransaction((session) =>
    house.growth.extend(house.orgId, { alertId: id, signals: 1, lastIndex: 10, lastAt: house.at(0) }, session),
  );
  expect((await alerts.get(house.pi, { id })).snoozed).not.toBeNull();
});

test('a withdrawn alert takes nothing, does not go on, and is as it was when it is back', async () => {
  const house = await alertHouse();
  const { alerts } = await house.aProcess();
  const { id } = await house.anAlert();
  await alerts.acknowledge(house.technician, { id, comment: 'Seen' });
  const before = await alerts.get(house.pi, { id });
  const withdrawn = { limitsVersion: 2, at: house.at(0), byName: 'Mateo' };
  const withdraw = () =>
    house.inTransaction((session) => house.growth.withdraw(house.orgId, id, { withdrawn, session }));
  expect(await withdraw()).toMatchObject({ withdrawn });
  expect(await withdraw()).toBeNull();
  const extension = { alertId: id, signals: 1, lastIndex: 10, lastAt: house.at(0) };
  expect(await house.inTransaction((session) => house.growth.extend(house.orgId, extension, session))).toBeNull();
  await expect(alerts.acknowledge(house.owner, { id, comment: '' })).rejects.toThrow('This alert was withdrawn');
  const plan = { checklist: [], ownerId: null, dueHours: null, escalateAfterMinutes: [], holdRules: [] };
  const back = await house.inTransaction((session) =>
    house.growth.restore(house.orgId, id, { plan, byName: 'Mateo', at: house.at(0), session }),
  );
  const { acts: _acts, version: _version, ...same } = before;
  expect(back).toMatchObject(same);
  expect(back?.acts.map(({ act }) => act)).toEqual(['opened', 'acknowledged', 'withdrawn', 'restored']);
});
