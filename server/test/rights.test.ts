import { minimumRole, roleAllows } from '@cobench/shared/access/permissions';
import { roles } from '@cobench/shared/access/roles';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { pathParameters, type Endpoint } from '@cobench/shared/endpoint';
import { Problem } from '@cobench/shared/errors';
import { identityEndpoints, type Me } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contracts } from '../src/app.ts';
import { call, refusal, type Caller } from './call.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { inputFor } from './inputs.ts';
import { nobodysId } from './laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const endpoints = Object.entries(contracts).flatMap(([group, named]) =>
  Object.entries(named).map(([name, contract]): [string, Endpoint] => [`${group}.${name}`, contract]),
);
const guarded = endpoints.filter(([, { access }]) => access !== 'signed-in' && access !== 'anybody');
const closed = endpoints.filter(([, { access }]) => access !== 'anybody');
const ofRecords = endpoints.filter(([, { path }]) => pathParameters(path).includes('id'));

describe.each(guarded)('%s', (name, contract) => {
  test.each(roles)('a %s gets what the permission table says', async (role) => {
    const { access } = contract;
    if (access === 'signed-in' || access === 'anybody') throw new Error('not guarded');
    const caller: Caller = await app.as(`${role}@acme.test`);
    const input = await inputFor(app, name);
    const me = await call(caller, identityEndpoints.me, {});
    const before = await trailOf(me);
    const verdict = await call(caller, contract, input).then(
      () => 'done',
      (refused: Error) => Problem.parse(JSON.parse(refused.message)).type,
    );
    expect(verdict).toBe(roleAllows(role, access) ? 'done' : 'access.denied');

    const told = verdict === 'done' ? entriesOf(name, contract) : [`${access} refused`];
    const written = async () => (await trailOf(me)).slice(before.length);
    await expect.poll(async () => (await written()).length).toBe(told.length);
    expect((await written()).map(({ action, outcome }) => (outcome === 'done' ? 'done' : `${action} refused`))).toEqual(
      told,
    );
  });
});

/** What is in the audit trail when somebody may do it: who changes something leaves one entry, who reads none. */
function entriesOf(name: string, contract: Endpoint): string[] {
  const changes = contract.method !== 'get' && !withHistoryOfItsOwn.has(name);
  return changes || contract === auditEndpoints.export ? ['done'] : [];
}

/**
 * What these write is in the log of the run, the document or the chart, with who wrote it; who is signed in nowhere stays so,
 * and a preview changes nothing.
 */
const withHistoryOfItsOwn = new Set([
  'series.addPoints',
  'series.preview',
  'runs.record',
  'entryHistory.restore',
  'runHistory.restore',
  'identity.endMemberSessions',
]);

/** What the audit trail of their organisation says of a person, oldest first. */
const trailOf = ({ id, organisation }: Me) =>
  app.connection.collection('audit').find({ orgId: organisation.id, 'by.id': id }).sort({ seq: 1 }).toArray();

test.each(ofRecords)(
  '%s: a record of another organisation does not exist, exactly as an unknown one',
  async (name, contract) => {
    const input = await inputFor(app, name);
    const stranger = await app.as('admin@borealis.test');
    const foreign = await refusal(stranger, contract, input);
    const unknown = await refusal(stranger, contract, { ...input, id: nobodysId });
    expect(foreign).toMatchObject({ type: 'resource.missing', status: 404 });
    expect({ ...foreign, instance: '' }).toEqual({ ...unknown, instance: '' });
  },
);

test.each(ofRecords)('%s: what is no id is named', async (name, contract) => {
  const problem = await refusal(await app.as('admin@acme.test'), contract, {
    ...(await inputFor(app, name)),
    id: 'nope',
  });
  expect(problem).toMatchObject({ type: 'input.invalid', status: 400 });
  expect(problem.errors?.map(({ pointer }) => pointer)).toContain('/id');
});

test.each(closed)('%s: nobody gets in without a session or a key', async (_name, contract) => {
  const path = contract.path.replace(/:\w+/g, nobodysId);
  const response = await fetch(new URL(path, app.origin), { method: contract.method.toUpperCase() });
  expect(response.status).toBe(401);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(Problem.parse(await response.json())).toMatchObject({ type: 'auth.required' });
});

test('the API reference is OpenAPI 3.1 and names every endpoint with the role it asks for', async () => {
  const response = await fetch(new URL('/api/openapi.json', app.origin));
  const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, object>> };
  expect(document.openapi).toMatch(/^3\.1\./);
  for (const [name, { method, path, access }] of endpoints) {
    const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method];
    const role = access === 'signed-in' || access === 'anybody' ? undefined : minimumRole[access];
    expect(operation, name).toMatchObject({ operationId: name, ...(role && { 'x-minimum-role': role }) });
  }
});
