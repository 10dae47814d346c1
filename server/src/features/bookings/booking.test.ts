import { bookingEndpoints } from '@cobench/shared/bookings/booking';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';
import { openLive } from '../../../test/live-client.ts';

const { list, get, create, edit, cancel } = bookingEndpoints;
const now = new Date('2026-03-20T08:00:00.000Z');
const timeZone = 'Europe/Berlin';
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp({ clock: () => now });
  lab = laboratory(app);
});
afterAll(() => app.close());
const technician = () => app.as('technician@acme.test');
const engineer = () => app.as('engineer@acme.test');

/** On a day of that spring, by the clocks of UTC. */
const at = (day: number, hour: number, minute = 0): string =>
  new Date(Date.UTC(2026, 2, day, hour, minute)).toISOString();
const anOven = async (name?: string) =>
  (await lab.anInstrument({ calibrationRequired: false, ...(name !== undefined && { name }) })).id;
const book = async (instrumentId: string, from: string, to: string, over = {}) =>
  call(await technician(), create, { instrumentId, title: 'Anneal', from, to, timeZone, ...over });
const refuse = async (instrumentId: string, from: string, to: string, over = {}) =>
  refusal(await engineer(), create, { instrumentId, title: 'Etch', from, to, timeZone, ...over });
const titlesOf = async (email: string, instrumentId: string) =>
  (await call(await app.as(email), list, { instrumentId })).items.map(({ title }) => title);

test('a technician books a tool, and everybody sees who has it, when and what for', async () => {
  const instrumentId = await anOven('Oven 1');
  const { items } = await book(instrumentId, at(21, 9), at(21, 11));
  expect(items).toMatchObject([{ instrumentName: 'Oven 1', title: 'Anneal', seriesId: null, concealed: false }]);
  const viewer = await app.as('viewer@acme.test');
  expect((await call(viewer, list, { instrumentId })).items).toEqual(items);
  expect(await call(viewer, get, { id: items[0]!.id })).toEqual(items[0]);
  expect(await refusal(viewer, create, { instrumentId, title: 'x', from: at(22, 1), to: at(22, 2) })).toMatchObject({
    status: 403,
  });
});

test('a time that somebody has is refused in words: who, what for and when, by the clocks that were meant', async () => {
  const instrumentId = await anOven('Oven 2');
  const [first] = (await book(instrumentId, at(21, 9), at(21, 11))).items;
  const problem = await refuse(instrumentId, at(21, 10, 59), at(21, 12));
  expect(problem).toMatchObject({ status: 409, type: 'booking.taken' });
  expect(problem.detail).toBe(
    `${first!.bookedByName} has “Oven 2” for “Anneal” from 21 Mar 2026, 10:00 to 12:00 (Europe/Berlin).`,
  );
  for (const [from, to] of [
    [9, 11],
    [8, 12],
    [9.5, 10],
    [8, 9.5],
  ] as const) {
    expect(await refuse(instrumentId, at(21, 0, from * 60), at(21, 0, to * 60))).toMatchObject({ status: 409 });
  }
});

test('one may begin when another ends, and a cancelled one is in nobody’s way', async () => {
  const instrumentId = await anOven();
  const { items } = await book(instrumentId, at(21, 9), at(21, 11));
  await book(instrumentId, at(21, 11), at(21, 12));
  await book(instrumentId, at(21, 8), at(21, 9));
  await call(await technician(), cancel, { id: items[0]!.id });
  await book(instrumentId, at(21, 9), at(21, 11), { title: 'Again' });
  expect(await titlesOf('viewer@acme.test', instrumentId)).toEqual(['Anneal', 'Again', 'Anneal']);
});

test('another tool at the same time is another matter', async () => {
  await book(await anOven(), at(21, 9), at(21, 11));
  expect((await book(await anOven(), at(21, 9), at(21, 11))).items).toHaveLength(1);
});

test('of thirty overlapping bookings at once exactly one wins', async () => {
  const instrumentId = await anOven();
  const people = await Promise.all(
    ['technician', 'engineer', 'pi', 'admin'].map((role) => app.as(`${role}@acme.test`)),
  );
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      people[i % 4]!.send('POST', '/api/v1/bookings', {
        instrumentId,
        title: `Number ${i}`,
        from: at(23, 9, i),
        to: at(23, 10, i),
      }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array(29).fill(409)]);
  expect(await titlesOf('viewer@acme.test', instrumentId)).toHaveLength(1);
});

test('a series is booked whole or not at all, at the same time on the wall when clocks change', async () => {
  const instrumentId = await anOven();
  const weekly = { recurrence: { frequency: 'weekly', weekdays: [2, 4], count: 4 } };
  const { items } = await book(instrumentId, at(24, 8), at(24, 10), weekly);
  expect(items.map(({ from }) => from)).toEqual([at(24, 8), at(26, 8), at(31, 7), at(33, 7)]);
  expect(new Set(items.map(({ seriesId }) => seriesId)).size).toBe(1);
  const daily = { recurrence: { frequency: 'daily', until: '2026-03-26' } };
  const problem = await refuse(instrumentId, at(23, 9), at(23, 9, 30), daily);
  expect(problem).toMatchObject({ type: 'booking.taken', detail: expect.stringContaining('1 more is in the way.') });
  expect(await titlesOf('viewer@acme.test', instrumentId)).toHaveLength(4);
});

test.each([
  [{ from: at(21, 9), to: at(21, 9) }, '/to'],
  [{ from: at(19, 9), to: at(19, 10) }, '/to'],
  [{ from: at(21, 9), to: at(53, 9) }, '/to'],
  [{ title: ' ' }, '/title'],
  [{ timeZone: 'Europe/Atlantis' }, '/timeZone'],
  [{ instrumentId: nobodysId }, '/instrumentId'],
  [{ projectId: nobodysId }, '/projectId'],
  [{ recurrence: { frequency: 'daily' } }, '/recurrence/until'],
  [{ recurrence: { frequency: 'daily', count: 201 } }, '/recurrence/count'],
  [{ recurrence: { frequency: 'daily', until: '2026-12-24' } }, '/recurrence'],
  [{ recurrence: { frequency: 'weekly', weekdays: [1], count: 2 } }, '/recurrence'],
  [{ from: at(21, 9), to: at(22, 10), recurrence: { frequency: 'daily', count: 2 } }, '/to'],
])('booking %o is refused and names the field', async (over, pointer) => {
  const input = { instrumentId: await anOven(), title: 'x', from: at(21, 9), to: at(21, 10), timeZone, ...over };
  expect(await refusal(await technician(), create, input)).toMatchObject({ status: 400, errors: [{ pointer }] });
});

test('a tool that is down cannot be booked, nor a booking moved on it, and says why; what was booked stays', async () => {
  const instrumentId = await anOven('Oven 3');
  const { items } = await book(instrumentId, at(21, 9), at(21, 11));
  const state = { id: instrumentId, state: 'down', reason: 'Heater burnt out' } as const;
  await call(await technician(), instrumentEndpoints.setState, state);
  const problem = await refuse(instrumentId, at(22, 9), at(22, 11));
  expect(problem).toMatchObject({ status: 409, type: 'instrument.locked-out' });
  expect(problem.detail).toMatch(/Oven 3.* since .*Heater burnt out/);
  const move = { id: items[0]!.id, version: 0, to: at(21, 12) };
  expect(await refusal(await technician(), edit, move)).toMatchObject({ type: 'instrument.locked-out' });
  await call(await technician(), edit, { id: items[0]!.id, version: 0, title: 'Renamed' });
  expect(await titlesOf('viewer@acme.test', instrumentId)).toEqual(['Renamed']);
});

test('a tool whose calibration is missing cannot be booked', async () => {
  const { id: instrumentId } = await lab.anInstrument({ name: 'Uncalibrated' });
  const problem = await refuse(instrumentId, at(22, 9), at(22, 11));
  expect(problem).toMatchObject({ status: 409, type: 'instrument.locked-out' });
  expect(problem.detail).toContain('Uncalibrated');
});

test('one’s own booking is moved and cancelled by oneself, others’ by an engineer only', async () => {
  const instrumentId = await anOven();
  const own = (await book(instrumentId, at(21, 9), at(21, 11))).items[0]!;
  const moved = await call(await technician(), edit, { id: own.id, version: 0, from: at(21, 8) });
  expect(moved.items).toMatchObject([{ from: at(21, 8), to: at(21, 11), version: 1 }]);
  const theirs = await call(await engineer(), create, { instrumentId, title: 'E', from: at(22, 9), to: at(22, 10) });
  const id = theirs.items[0]!.id;
  for (const contract of [cancel, edit]) {
    const problem = await refusal(await technician(), contract, { id, ...(contract === edit && { version: 0 }) });
    expect(problem).toMatchObject({ status: 403, type: 'access.denied' });
  }
  await call(await engineer(), cancel, { id: own.id });
  expect(await titlesOf('viewer@acme.test', instrumentId)).toEqual(['E']);
  expect(await refusal(await engineer(), cancel, { id: own.id })).toMatchObject({ status: 404 });
});

test('who saw an older version is told, and a move onto somebody else is refused', async () => {
  const instrumentId = await anOven();
  const { id } = (await book(instrumentId, at(21, 9), at(21, 11))).items[0]!;
  await book(instrumentId, at(21, 12), at(21, 13), { title: 'Next' });
  expect(await refusal(await technician(), edit, { id, version: 0, to: at(21, 13) })).toMatchObject({
    type: 'booking.taken',
  });
  await call(await technician(), edit, { id, version: 0, to: at(21, 12) });
  expect(await refusal(await technician(), edit, { id, version: 0, to: at(21, 10) })).toMatchObject({
    type: 'edit.conflict',
  });
});

test('what is over stays as it was', async () => {
  const instrumentId = await anOven();
  const { id } = (await book(instrumentId, at(20, 7), at(20, 9))).items[0]!;
  await app.connection.collection<{ _id: string }>('bookings').updateOne({ _id: id }, { $set: { to: now } });
  for (const contract of [cancel, edit]) {
    const problem = await refusal(await engineer(), contract, { id, ...(contract === edit && { version: 0 }) });
    expect(problem).toMatchObject({ status: 409, detail: 'It is over.' });
  }
});

test('of a series one is moved alone, or with all that follow, on the wall', async () => {
  const instrumentId = await anOven();
  const recurrence = { frequency: 'weekly', count: 4 };
  const { items } = await book(instrumentId, at(21, 9), at(21, 11), { recurrence });
  const second = items[1]!;
  const later = { id: second.id, version: 0, from: at(28, 10), to: at(28, 11) };
  await call(await technician(), edit, { ...later, which: 'this' });
  const { items: rest } = await call(await technician(), edit, {
    ...later,
    version: 1,
    which: 'following',
    title: 'Later',
    from: at(29, 8),
    to: at(29, 9),
  });
  // From the day on which clocks went forward, and ten o'clock on the wall.
  expect(rest.map(({ from, title }) => [from, title])).toEqual([
    [at(29, 8), 'Later'],
    [at(36, 8), 'Later'],
    [at(43, 8), 'Later'],
  ]);
  const all = (await call(await technician(), list, { instrumentId })).items;
  expect(all.map(({ from }) => from)).toEqual([at(21, 9), at(29, 8), at(36, 8), at(43, 8)]);
});

test('of a series one is cancelled alone, or with all that follow', async () => {
  const instrumentId = await anOven();
  const { items } = await book(instrumentId, at(21, 9), at(21, 11), { recurrence: { frequency: 'daily', count: 5 } });
  await call(await technician(), cancel, { id: items[1]!.id });
  const gone = await call(await technician(), cancel, { id: items[3]!.id, which: 'following' });
  expect(gone.items.map(({ id }) => id)).toEqual([items[3]!.id, items[4]!.id]);
  const left = (await call(await technician(), list, { instrumentId })).items;
  expect(left.map(({ id }) => id)).toEqual([items[0]!.id, items[2]!.id]);
});

test('a series that is made longer does not run into itself', async () => {
  const recurrence = { frequency: 'daily', count: 3 };
  const { items } = await book(await anOven(), at(21, 9), at(21, 11), { recurrence });
  const longer = { id: items[0]!.id, version: 0, which: 'following', to: at(22, 10) };
  expect(await refusal(await technician(), edit, longer)).toMatchObject({ status: 400, errors: [{ pointer: '/to' }] });
});

test('of a booking in a project that is hidden one is told who has the tool and when, and nothing else', async () => {
  const { id: projectId } = await lab.aProject({ name: 'Top secret' });
  const instrumentId = await anOven('Oven 4');
  const { id } = (await book(instrumentId, at(21, 9), at(21, 11), { title: 'Graphene', projectId })).items[0]!;
  await call(await app.as('pi@acme.test'), projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  const [seen] = (await call(await engineer(), list, { instrumentId })).items;
  expect(seen).toMatchObject({ id, title: '', projectId: null, concealed: true, from: at(21, 9), to: at(21, 11) });
  const problem = await refuse(instrumentId, at(21, 10), at(21, 12));
  expect(problem.detail).toMatch(/ has “Oven 4” from 21 Mar 2026, 10:00 to 12:00/);
  expect(JSON.stringify([seen, problem])).not.toMatch(/Graphene|secret/);
  for (const contract of [get, cancel]) {
    expect(await refusal(await engineer(), contract, { id })).toMatchObject({ status: 404 });
  }
  expect(await titlesOf('pi@acme.test', instrumentId)).toEqual(['Graphene']);
});

test('what follows in a series and belongs to a hidden project stays as it is', async () => {
  const { id: projectId } = await lab.aProject();
  const instrumentId = await anOven();
  const recurrence = { frequency: 'daily', count: 3 };
  const { items } = await book(instrumentId, at(21, 9), at(21, 11), { recurrence });
  await call(await technician(), edit, { id: items[1]!.id, version: 0, projectId, title: 'Secret' });
  await call(await app.as('pi@acme.test'), projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  const first = { id: items[0]!.id, version: 0, which: 'following' } as const;
  const renamed = await call(await engineer(), edit, { ...first, title: 'Renamed' });
  expect(renamed.items.map(({ id }) => id)).toEqual([items[0]!.id, items[2]!.id]);
  await call(await engineer(), cancel, { id: items[0]!.id, which: 'following' });
  expect(await titlesOf('pi@acme.test', instrumentId)).toEqual(['Secret']);
});

test('bookings are listed by range, and one’s own of all tools', async () => {
  const instrumentId = await anOven();
  await book(instrumentId, at(30, 22), at(31, 2), { title: 'Night' });
  await book(instrumentId, at(31, 9), at(31, 10), { title: 'Day' });
  const titles = async (from: string, to: string) =>
    (await call(await technician(), list, { instrumentId, from, to })).items.map(({ title }) => title);
  expect(await titles(at(31, 0), at(31, 9))).toEqual(['Night']);
  expect(await titles(at(31, 2), at(32, 0))).toEqual(['Day']);
  await call(await engineer(), create, { instrumentId, title: 'Theirs', from: at(31, 11), to: at(31, 12) });
  const mine = (await call(await technician(), list, { by: 'me', from: at(30, 0), to: at(32, 0) })).items;
  expect(mine.filter((one) => one.instrumentId === instrumentId).map(({ title }) => title)).toEqual(['Night', 'Day']);
  expect(await refusal(await technician(), list, { from: at(1, 0), to: at(64, 0) })).toMatchObject({
    errors: [{ pointer: '/to' }],
  });
});

test('another organisation sees and changes none of it', async () => {
  const instrumentId = await anOven();
  const { id } = (await book(instrumentId, at(21, 9), at(21, 11))).items[0]!;
  const stranger = await app.as('admin@borealis.test');
  expect((await call(stranger, list, { instrumentId })).items).toEqual([]);
  for (const contract of [get, cancel]) {
    expect(await refusal(stranger, contract, { id })).toMatchObject({ status: 404 });
  }
  const input = { instrumentId, title: 'x', from: at(22, 1), to: at(22, 2) };
  expect(await refusal(stranger, create, input)).toMatchObject({ errors: [{ pointer: '/instrumentId' }] });
});

test('[LV25] open calendars hear which tool and which days changed, once for a whole series', async () => {
  const dashboard = await openLive(await app.as('viewer@acme.test'));
  const instrumentId = await anOven();
  await book(instrumentId, at(21, 9), at(21, 11), { recurrence: { frequency: 'daily', count: 3 } });
  const news = await dashboard.until('booking.changed', (told) => told.length > 0);
  expect(news).toEqual([{ instrumentId, from: at(21, 9), to: at(23, 11) }]);
  dashboard.close();
});
