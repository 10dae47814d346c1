import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints, type ApiKey } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';

const { createToken, revokeToken, tokens, apiKeys, revokeApiKey, members, setRole, disableMember, me } =
  identityEndpoints;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

type Scopes = ('read' | 'write')[];
async function aToken(role: string, scopes: Scopes): Promise<{ token: ApiKey; script: Caller }> {
  const { secret, ...token } = await call(await app.as(`${role}@acme.test`), createToken, { name: 'Script', scopes });
  return { token, script: withSecret(secret) };
}
const withSecret = (secret: string): Caller => ({
  send: (method, path, body) =>
    fetch(new URL(path, app.origin), {
      method,
      headers: { authorization: `Bearer ${secret}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
});
const { list, create, remove } = projectEndpoints;

test('[PT1] a token does what its scopes say and its owner may, under the owner’s name', async () => {
  const reading = await aToken('engineer', ['read']);
  await call(reading.script, list, {});
  expect(await refusal(reading.script, create, { name: 'By a script' })).toMatchObject({ status: 403 });

  const writing = await aToken('engineer', ['write']);
  expect(await refusal(writing.script, list, {})).toMatchObject({ status: 403 });
  const { id, createdBy } = await call(writing.script, create, { name: 'By a script' });
  const owner = await call(await app.as('engineer@acme.test'), me, {});
  expect(createdBy).toBe(owner.id);
  // What needs a principal investigator no engineer's token does.
  expect(await refusal(writing.script, remove, { id })).toMatchObject({ status: 403 });
  const admin = await app.as('admin@acme.test');
  const [made] = (await call(admin, auditEndpoints.list, { record: id })).items.slice(-1);
  expect(made).toMatchObject({ by: { kind: 'key', id: owner.id, name: owner.name, through: writing.token.id } });
});

test('[PT2] nobody administrates, or makes more tokens, with one', async () => {
  const { script, token } = await aToken('admin', ['read', 'write']);
  for (const contract of [apiKeys, auditEndpoints.list]) {
    expect(await refusal(script, contract, {})).toMatchObject({ status: 403 });
  }
  const person = { id: nobodysId, was: 'viewer', role: 'admin' };
  expect((await refusal(script, setRole, person)).status).toBeGreaterThanOrEqual(403);
  expect(await refusal(script, createToken, { name: 'x', scopes: ['read'] })).toMatchObject({ status: 403 });
  expect(await refusal(script, revokeToken, { token: token.id })).toMatchObject({ status: 403 });
  expect(await refusal(script, tokens, {})).toMatchObject({ status: 403 });
  expect(await refusal(script, me, {})).toMatchObject({ status: 403 });
});

test('[PT3] a lower role, being disabled and revoking reach it at once', async () => {
  const admin = await app.as('admin@acme.test');
  const { script, token } = await aToken('technician', ['read', 'write']);
  const run = await laboratory(app).aRun();
  const { id } = await call(await app.as('technician@acme.test'), me, {});
  await call(admin, setRole, { id, was: 'technician', role: 'viewer' });
  expect(await refusal(script, runEndpoints.start, { id: run.id })).toMatchObject({ status: 403 });
  await call(script, list, {});
  await call(admin, disableMember, { id });
  expect((await script.send('GET', list.path)).status).toBe(401);
  await call(admin, identityEndpoints.enableMember, { id });
  await call(admin, setRole, { id, was: 'viewer', role: 'technician' });
  await call(script, runEndpoints.start, { id: run.id });
  await call(await app.signIn('technician@acme.test'), revokeToken, { token: token.id });
  expect((await script.send('GET', list.path)).status).toBe(401);
});

test('[PT4] tokens are their owner’s: nobody else sees or revokes them, an administrator neither', async () => {
  const { token } = await aToken('pi', ['read']);
  const [pi, admin, stranger] = [
    await app.as('pi@acme.test'),
    await app.as('admin@acme.test'),
    await app.as('pi@borealis.test'),
  ];
  expect((await call(pi, tokens, {})).items.map(({ id }) => id)).toContain(token.id);
  expect((await call(admin, tokens, {})).items.map(({ id }) => id)).not.toContain(token.id);
  expect((await call(admin, apiKeys, {})).items.map(({ id }) => id)).not.toContain(token.id);
  for (const other of [admin, stranger]) {
    const refused = await refusal(other, revokeToken, { token: token.id });
    const unknown = await refusal(other, revokeToken, { token: nobodysId });
    expect({ ...refused, instance: '' }).toEqual({ ...unknown, instance: '' });
  }
  expect(await refusal(admin, revokeApiKey, { id: token.id })).toMatchObject({ status: 404 });
  expect((await call(pi, members, {})).items.length).toBeGreaterThan(0);
});

test.each([
  [{ scopes: [] }, '/scopes'],
  [{ scopes: ['admin'] }, '/scopes/0'],
  [{ scopes: ['runs:ingest'] }, '/scopes/0'],
  [{ scopes: ['read'], expiresInDays: 366 }, '/expiresInDays'],
  [{ scopes: ['read'], orgId: nobodysId }, '/orgId'],
])('a token is not made of %j', async (given, pointer) => {
  const problem = await refusal(await app.as('viewer@acme.test'), createToken, { name: 'x', ...given });
  expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
});
