import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';

const { create, list } = instrumentEndpoints;
let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

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
