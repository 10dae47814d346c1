import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';
import { openLive } from '../../../test/live-client.ts';

const { create, list, get, edit, archive, restore } = instrumentEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());
const engineer = () => app.as('engineer@acme.test');

test('an engineer registers an instrument and every colleague finds it', async () => {
  const made = await call(await app.as('engineer@acme.test'), create, {
    name: ' RIE-1 ',
    vendor: 'Oxford',
    model: '80+',
  });
  expect(made).toMatchObject({ name: 'RIE-1', vendor: 'Oxford', model: '80+', serial: '' });
  const { items } = await call(await app.as('viewer@acme.test'), list, { q: 'rie' });
  expect(items).toEqual([made]);
});

test('instruments are listed by name, page after page', async () => {
  const engineer = await app.as('engineer@acme.test');
  for (const name of ['list b', 'List a', 'list c']) await call(engineer, create, { name });
  const first = await call(engineer, list, { q: 'list', limit: 2 });
  const second = await call(engineer, list, { q: 'list', limit: 2, cursor: first.nextCursor! });
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['List a', 'list b', 'list c']);
  expect(second.nextCursor).toBeNull();
});

test('a technician may not register instruments', async () => {
  const problem = await refusal(await app.as('technician@acme.test'), create, { name: 'Mine' });
  expect(problem).toMatchObject({ status: 403, type: 'access.denied' });
});

test('what is wrong with the input is named field by field', async () => {
  const problem = await refusal(await app.as('engineer@acme.test'), create, { vendor: 'v'.repeat(121), colour: 'red' });
  expect(problem).toMatchObject({ status: 400, type: 'input.invalid' });
  expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['/colour', '/name', '/vendor']);
});

test('two instruments cannot have one name, however it is written', async () => {
  const engineer = await app.as('engineer@acme.test');
  await call(engineer, create, { name: 'Twin' });
  const problem = await refusal(engineer, create, { name: 'TWIN' });
  expect(problem).toMatchObject({ status: 409, type: 'name.taken', errors: [{ pointer: '/name' }] });
});

test('another organisation sees none of it and may use the same name', async () => {
  await call(await app.as('engineer@acme.test'), create, { name: 'Shared name' });
  const stranger = await app.as('engineer@borealis.test');
  expect((await call(stranger, list, { q: 'Shared' })).items).toEqual([]);
  await expect(call(stranger, create, { name: 'Shared name' })).resolves.toMatchObject({ name: 'Shared name' });
});

test('without a sign-in nothing is answered', async () => {
  const response = await fetch(new URL('/api/v1/instruments', app.origin));
  expect(response.status).toBe(401);
});

test('what is known of an instrument is changed by whoever saw the newest version', async () => {
  const { id } = await lab.anInstrument({ location: 'Bay 1' });
  const moved = await call(await engineer(), edit, { id, version: 0, location: 'Bay 2', calibrationRequired: false });
  expect(moved).toMatchObject({ location: 'Bay 2', calibrationRequired: false, version: 1 });
  const late = await refusal(await app.as('pi@acme.test'), edit, { id, version: 0, location: 'Bay 3' });
  expect(late).toMatchObject({ status: 409, type: 'edit.conflict' });
  expect(await call(await engineer(), get, { id })).toEqual(moved);
});

test('the owner is a member, by the name they have, and can be nobody again', async () => {
  const technician = await call(await app.as('technician@acme.test'), identityEndpoints.me, {});
  const stranger = await call(await app.as('technician@borealis.test'), identityEndpoints.me, {});
  const { id, ownerName } = await lab.anInstrument({ ownerId: technician.id });
  expect(ownerName).toBe(technician.name);
  for (const ownerId of [stranger.id, nobodysId]) {
    const problem = await refusal(await engineer(), edit, { id, version: 0, ownerId });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/ownerId' }] });
  }
  const nobodys = await call(await engineer(), edit, { id, version: 0, ownerId: null });
  expect(nobodys).toMatchObject({ ownerId: null, ownerName: null });
});

test('an archived instrument is out of the lists and of new runs, frees its name, and comes back as it was', async () => {
  const made = await lab.anInstrument({ name: 'Old oven' });
  const { id } = made;
  expect(await call(await engineer(), archive, { id })).toMatchObject({ id, archivedAt: expect.any(String) });
  const named = async (show: 'in-use' | 'archived') =>
    (await call(await engineer(), list, { q: 'Old oven', show })).items.map((one) => one.id);
  expect([await named('in-use'), await named('archived')]).toEqual([[], [id]]);
  expect(await call(await app.as('viewer@acme.test'), get, { id })).toMatchObject({ name: 'Old oven' });
  const { id: projectId } = await lab.aProject();
  const run = await refusal(await engineer(), runEndpoints.create, { projectId, name: 'x', instrumentId: id });
  expect(run).toMatchObject({ status: 400, errors: [{ pointer: '/instrumentId' }] });
  expect(await refusal(await engineer(), edit, { id, version: 1, location: 'x' })).toMatchObject({ status: 404 });

  const successor = await lab.anInstrument({ name: 'old OVEN' });
  expect(await refusal(await engineer(), restore, { id })).toMatchObject({ type: 'name.taken' });
  await call(await engineer(), archive, { id: successor.id });
  const restored = await call(await engineer(), restore, { id });
  expect(restored).toMatchObject({ name: 'Old oven', archivedAt: null, location: made.location });
  expect(await refusal(await engineer(), restore, { id })).toMatchObject({ status: 409, type: 'state.conflict' });
});

test('the list is narrowed by state, and finds what is written on a tool', async () => {
  const { id } = await lab.anInstrument({ name: 'Sputter', serial: 'SN-4711-x' });
  await lab.anInstrument({ name: 'Sputter too' });
  const down = { id, state: 'down', reason: 'No plasma' } as const;
  await call(await app.as('technician@acme.test'), instrumentEndpoints.setState, down);
  const names = async (query: object) =>
    (await call(await engineer(), list, { q: 'sputter', ...query })).items.map(({ name }) => name);
  expect(await names({ state: 'down' })).toEqual(['Sputter']);
  expect(await names({ state: 'up' })).toEqual(['Sputter too']);
  expect(await names({ q: '4711' })).toEqual(['Sputter']);
});

test('every open page of the organisation hears of a change, and no other organisation', async () => {
  const ours = await openLive(await app.as('viewer@acme.test'));
  const theirs = await openLive(await app.as('viewer@borealis.test'));
  const { id } = await lab.anInstrument();
  await call(await engineer(), edit, { id, version: 0, location: 'Elsewhere' });
  const news = await ours.until('instrument.changed', (told) => told.length >= 2);
  expect(news.map((one) => [one.id, one.version])).toEqual([
    [id, 0],
    [id, 1],
  ]);
  const own = await laboratory(app, 'borealis.test').anInstrument();
  const [first] = await theirs.until('instrument.changed', (told) => told.length > 0);
  expect(first?.id).toBe(own.id);
  ours.close();
  theirs.close();
});
