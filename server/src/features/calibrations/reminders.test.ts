import { expect, test } from 'vitest';
import { calibrationHouse, day, hour, minute } from '../../../test/calibration-house.ts';

const both = ['engineer@lab.test', 'owner@lab.test'];
const words = 'Certificate C-1 of RIE-2';

test('thirty, seven and one day ahead, and when it is over, its owner and who recorded it are told, once each', async () => {
  const house = await calibrationHouse();
  const { calibrations, mails, heard } = await house.aProcess();
  const { id } = await house.anInstrument({ name: 'RIE-2' });
  await calibrations.create(house.engineer, { id, ...house.paper(100 * day) });
  const told: [number, string, string][] = [];
  for (let half = 0; half < 210; half++) {
    await calibrations.passTime();
    for (const { to, subject } of mails.splice(0)) told.push([half / 2, to, subject]);
    house.pass(day / 2);
  }
  const soon = `${words} expires on 9 Sept 2026.`;
  const over = `${words} expired on 9 Sept 2026: it is locked out until it is calibrated.`;
  const expected = [
    [70, soon],
    [93, soon],
    [99, soon],
    [100, over],
  ].flatMap(([at, subject]) => both.map((to) => [at, to, subject]));
  expect(told.toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))).toEqual(expected);
  const notices = heard.flatMap((event) => (event.type === 'calibration.due' ? [event.reminder] : []));
  expect(notices.map((one) => [one.days, one.instrumentName, one.words])).toEqual([
    [30, 'RIE-2', soon],
    [7, 'RIE-2', soon],
    [1, 'RIE-2', soon],
    [0, 'RIE-2', over],
  ]);
});

test('of several processes that look at once one tells, and boards hear at the moment it is over', async () => {
  const house = await calibrationHouse();
  const processes = await Promise.all([1, 2, 3].map(() => house.aProcess()));
  const [first] = processes;
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) {
    const { id } = await house.anInstrument();
    ids.push(id);
    await first!.calibrations.create(house.engineer, { id, ...house.paper(2 * day) });
  }
  for (const step of [day, day]) {
    house.pass(step);
    for (const one of processes) one.heard.length = 0;
    await Promise.all(processes.flatMap(({ calibrations }) => [calibrations.passTime(), calibrations.passTime()]));
    const heard = (type: string) => processes.flatMap((one) => one.heard.filter((event) => event.type === type)).length;
    expect([heard('calibration.changed'), heard('calibration.due')]).toEqual([20, 20]);
  }
  expect(processes.flatMap(({ mails }) => mails)).toHaveLength(2 * 20 * both.length);
});

test('a process that comes back later tells only what is still true', async () => {
  const house = await calibrationHouse();
  const { calibrations, mails } = await house.aProcess();
  const [late, longOver] = [await house.anInstrument(), await house.anInstrument()];
  await calibrations.create(house.engineer, { id: late.id, ...house.paper(60 * day, { number: 'late' }) });
  await calibrations.create(house.engineer, { id: longOver.id, ...house.paper(40 * day, { number: 'over' }) });
  house.pass(55 * day);
  const other = await house.aProcess();
  await other.calibrations.passTime();
  expect([mails, other.mails.map(({ text }) => text.split(' ')[1])]).toEqual([[], ['late', 'late']]);
});

test.each([
  [
    'another certificate covers it',
    async (house: House, { calibrations }: Process, id: string) => {
      await calibrations.create(house.engineer, { id, ...house.paper(365 * day, { number: 'C-2' }) });
    },
  ],
  [
    'it was revoked',
    async (house: House, { calibrations }: Process, _id: string, calibration: string) => {
      await calibrations.revoke(house.pi, { id: calibration, reason: 'Wrong standard' });
    },
  ],
  [
    'it was ended by hand',
    async (house: House, { calibrations }: Process, _id: string, calibration: string) => {
      await calibrations.expire(house.admin, { id: calibration, reason: 'Moved' });
    },
  ],
  [
    'a later calibration failed',
    async (house: House, { calibrations }: Process, id: string) => {
      await calibrations.create(house.engineer, { id, ...house.paper(day, { number: 'C-2', result: 'fail' }) });
    },
  ],
  [
    'the instrument is gone',
    async (house: House, _process: Process, id: string) => {
      await house.connection.collection<{ _id: string }>('instruments').deleteOne({ _id: id });
    },
  ],
  [
    'it needs no calibration any more',
    async (house: House, _process: Process, id: string) => {
      const change = { $set: { calibrationRequired: false } };
      await house.connection.collection<{ _id: string }>('instruments').updateOne({ _id: id }, change);
    },
  ],
])('nobody is told where %s', async (_why, change) => {
  const house = await calibrationHouse();
  const process = await house.aProcess();
  const { id } = await house.anInstrument();
  const calibration = await process.calibrations.create(house.engineer, { id, ...house.paper(10 * day) });
  house.pass(hour);
  await change(house, process, id, calibration.id);
  for (let passed = 0; passed < 12; passed++) {
    house.pass(day);
    await process.calibrations.passTime();
  }
  expect(process.mails).toEqual([]);
  expect(process.heard.filter(({ type }) => type === 'calibration.due')).toEqual([]);
});
type House = Awaited<ReturnType<typeof calibrationHouse>>;
type Process = Awaited<ReturnType<House['aProcess']>>;

test('administrators are told where nobody else can be', async () => {
  const house = await calibrationHouse();
  house.people.length = 0;
  const { calibrations, mails } = await house.aProcess();
  const { id } = await house.anInstrument({ name: 'RIE-2', ownerId: null });
  await calibrations.create(house.engineer, { id, ...house.paper(2 * day) });
  house.pass(day);
  await calibrations.passTime();
  expect(mails).toMatchObject([
    { to: 'admin@lab.test', text: expect.stringContaining(`https://lab.test/instruments/${id}`) },
  ]);
});

test('where no mail can be sent the application tells it all the same', async () => {
  const house = await calibrationHouse();
  const { calibrations, heard } = await house.aProcess({ mail: false });
  const { id } = await house.anInstrument();
  await calibrations.create(house.engineer, { id, ...house.paper(2 * day) });
  house.pass(day);
  await calibrations.passTime();
  expect(heard.filter(({ type }) => type === 'calibration.due')).toHaveLength(1);
});

test('what the mail server did not take is sent later, and to nobody twice', async () => {
  const house = await calibrationHouse();
  let away = true;
  const { calibrations, mails, heard } = await house.aProcess({
    refuse: ({ to }) => away && to === 'engineer@lab.test',
  });
  const { id } = await house.anInstrument();
  await calibrations.create(house.engineer, { id, ...house.paper(2 * day) });
  house.pass(day);
  await calibrations.passTime();
  await calibrations.passTime();
  expect(mails.map(({ to }) => to)).toEqual(['owner@lab.test']);
  away = false;
  house.pass(5 * minute);
  await calibrations.passTime();
  house.pass(5 * minute);
  await calibrations.passTime();
  expect(mails.map(({ to }) => to)).toEqual(['owner@lab.test', 'engineer@lab.test']);
  expect(heard.filter(({ type }) => type === 'calibration.due')).toHaveLength(1);
});

test('a certificate that begins, like one that ends, is told at its moment', async () => {
  const house = await calibrationHouse();
  const { calibrations, heard } = await house.aProcess();
  const { id } = await house.anInstrument();
  await calibrations.create(house.engineer, { id, ...house.paper(2 * hour, { validFrom: house.at(hour) }) });
  heard.length = 0;
  const standings: string[] = [];
  for (let passed = 0; passed < 5; passed++) {
    await calibrations.passTime();
    if (heard.splice(0).some(({ type }) => type === 'calibration.changed')) {
      standings.push((await calibrations.status(house.engineer, { id })).standing);
    }
    house.pass(hour);
  }
  expect(standings).toEqual(['valid', 'expired']);
});
