import { bookingEndpoints } from '@cobench/shared/bookings/booking';
import { calendarLinkEndpoints } from '@cobench/shared/bookings/calendar-link';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts } from '../../../test/accounts.ts';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { readCalendar } from '../../../test/read-calendar.ts';

const { get, make, revoke } = calendarLinkEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const viewer = () => app.as('viewer@acme.test');
/** As a calendar program asks: without a session, and without the `no-cache` that fetch adds of itself. */
const read = (address: string, headers = {}) =>
  fetch(address, { headers: { 'cache-control': 'max-age=0', ...headers } });

test('a calendar program reads the bookings of an instrument with the link of a person', async () => {
  const { id, name } = await lab.anInstrument({ calibrationRequired: false });
  const booking = await lab.aBooking({ instrumentId: id, title: 'Cool; down, slowly' });
  const { address } = await call(await viewer(), make, { id });
  const response = await read(address);
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const { events } = readCalendar(await response.text());
  expect(events).toMatchObject([
    {
      UID: `${booking.id}@cobench`,
      SUMMARY: `${name}: Cool; down, slowly (${booking.bookedByName})`,
      DTSTART: `${booking.from.slice(0, 19).replaceAll(/[-:]/g, '')}Z`,
    },
  ]);
});

test('whoever asks again is told that nothing changed, until something does', async () => {
  const { id } = await lab.anInstrument({ calibrationRequired: false });
  const { address } = await call(await viewer(), make, { id });
  const etag = String((await read(address)).headers.get('etag'));
  expect((await read(address, { 'if-none-match': etag })).status).toBe(304);
  const booking = await lab.aBooking({ instrumentId: id });
  expect((await read(address, { 'if-none-match': etag })).status).toBe(200);
  await call(await app.as('technician@acme.test'), bookingEndpoints.cancel, { id: booking.id });
  expect((await read(address, { 'if-none-match': etag })).status).toBe(304);
});

test('the link is one’s own; a new one takes the place of the old, a revoked one opens nothing', async () => {
  const { id } = await lab.anInstrument({ calibrationRequired: false });
  expect(await call(await viewer(), get, { id })).toEqual({ link: null });
  const old = await call(await viewer(), make, { id });
  expect((await read(old.address)).status).toBe(200);
  expect(await call(await viewer(), get, { id })).toMatchObject({
    link: { id: old.id, lastReadAt: expect.any(String) },
  });
  expect(await call(await app.as('pi@acme.test'), get, { id })).toEqual({ link: null });
  const { address } = await call(await viewer(), make, { id });
  expect([(await read(old.address)).status, (await read(address)).status]).toEqual([404, 200]);
  await call(await viewer(), revoke, { id });
  expect((await read(address)).status).toBe(404);
  expect(await call(await viewer(), revoke, { id })).toEqual({ link: null });
});

test('of the secret only its hash is kept', async () => {
  const { id } = await lab.anInstrument({ calibrationRequired: false });
  const { address } = await call(await viewer(), make, { id });
  const key = String(new URL(address).searchParams.get('key'));
  expect(Buffer.from(key, 'base64url')).toHaveLength(32);
  for (const name of ['calendarLinks', 'audit']) {
    expect(JSON.stringify(await app.connection.collection(name).find().toArray())).not.toContain(key);
  }
  for (const wrong of [address.slice(0, -1), address.replace(/key=.*/, 'key='), address.replace(/\?.*/, '')]) {
    expect((await read(wrong)).status).toBe(404);
  }
});

test('rights are asked at each reading: whoever is disabled reads nothing, and again when they are back', async () => {
  const { agent } = await accounts(app).anAccount();
  const { id: personId } = await call(agent, identityEndpoints.me, {});
  const { id } = await lab.anInstrument({ calibrationRequired: false });
  const { address } = await call(agent, make, { id });
  const admin = await app.as('admin@acme.test');
  await call(admin, identityEndpoints.disableMember, { id: personId });
  expect((await read(address)).status).toBe(404);
  await call(admin, identityEndpoints.enableMember, { id: personId });
  expect((await read(address)).status).toBe(200);
  await app.connection.collection('memberships').deleteOne({ personId });
  expect((await read(address)).status).toBe(404);
});

test('what is hidden from its person is hidden in the calendar, from the next reading on', async () => {
  const { id: projectId } = await lab.aProject();
  const { id } = await lab.anInstrument({ calibrationRequired: false });
  await lab.aBooking({ instrumentId: id, projectId, title: 'Graphene' });
  const { address } = await call(await viewer(), make, { id });
  expect(await (await read(address)).text()).toContain('Graphene');
  await call(await app.as('pi@acme.test'), projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  const text = await (await read(address)).text();
  expect(text).not.toContain('Graphene');
  expect(readCalendar(text).events).toHaveLength(1);
});

test('an archived instrument has no calendar, and a machine makes no links', async () => {
  const { id } = await lab.anInstrument({ calibrationRequired: false });
  const { address } = await call(await viewer(), make, { id });
  await call(await app.as('engineer@acme.test'), instrumentEndpoints.archive, { id });
  expect((await read(address)).status).toBe(404);
  const machine = await lab.aMachine();
  expect(await refusal(machine, make, { id: (await lab.anInstrument()).id })).toMatchObject({ status: 403 });
});
