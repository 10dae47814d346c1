import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { aLeader, runProcess } from '../../../test/run-process.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';

type Process = Awaited<ReturnType<typeof runProcess>>;
const actor = aLeader();
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let processes: [Process, Process];

beforeAll(async () => {
  database = await openTestDatabase();
  processes = await Promise.all([runProcess(database.url), runProcess(database.url)]);
  await createIndexes(processes[0].connection);
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.close()));
  await database.close();
});

const begin = Date.now() + 86_400_000;
const hour = (count: number): string => new Date(begin + count * 3_600_000).toISOString();
const booking = (instrumentId: string, from: number, to: number) => ({
  instrumentId,
  title: `${from} to ${to}`,
  projectId: null,
  timeZone: 'UTC',
  recurrence: null,
  from: hour(from),
  to: hour(to),
});
const anInstrument = async (name: string) => {
  const labels = { kind: '', vendor: '', model: '', serial: '', location: '', ownerId: null };
  return (await processes[0].instruments.create(actor, { name, ...labels, calibrationRequired: false })).id;
};

test('of overlapping bookings in two processes at once exactly one wins', async () => {
  for (let round = 0; round < 5; round++) {
    const id = await anInstrument(`Round ${round}`);
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => processes[i % 2]!.bookings.create(actor, booking(id, i, i + 10))),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.code] : []));
    expect(new Set(reasons)).toEqual(new Set(['booking.taken']));
  }
});

test('many bookings in two processes, some overlapping, leave no two at one time', async () => {
  const id = await anInstrument('Busy');
  const starts = Array.from({ length: 40 }, (_, i) => (i * 17) % 23);
  await Promise.allSettled(
    starts.map((start, i) => processes[i % 2]!.bookings.create(actor, booking(id, start, start + 2))),
  );
  const { items } = await processes[1].bookings.list(actor, { by: 'anybody', instrumentId: id, limit: 200 });
  expect(items.length).toBeGreaterThan(5);
  const overlapping = items.filter(({ from }, index) => index > 0 && from < items[index - 1]!.to);
  expect(overlapping).toEqual([]);
});

test('a tool that another process takes down while it is booked is booked before or not at all', async () => {
  const id = await anInstrument('Failing');
  const [one, other] = processes;
  const down = { id, state: 'down', reason: 'Smoke' } as const;
  const [, booked] = await Promise.allSettled([
    other.maintenance.setState(actor, down),
    one.bookings.create(actor, booking(id, 0, 1)),
  ]);
  const entries = await one.connection.collection('audit').find({}).sort({ seq: 1 }).toArray();
  const order = entries.map(({ action }) => action).filter((action) => action !== 'instrument.create');
  const last = order.slice(order.lastIndexOf('instrument.report') - 1);
  expect(last).toEqual(
    booked.status === 'fulfilled' ? ['booking.create', 'instrument.report'] : [last[0], 'instrument.report'],
  );
  await expect(one.bookings.create(actor, booking(id, 2, 3))).rejects.toThrow('Failing is down since');
});
