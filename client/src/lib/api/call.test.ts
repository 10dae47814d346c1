import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../test/answers.ts';
import { anId, aProject } from '../../test/records.ts';
import { call } from './call.ts';
import { ApiError } from './problem.ts';
import { signedOut } from './signed-out.ts';

const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error('it did not fail as a call', { cause: error });
  return error.problem;
};

test('a path parameter leaves the body', async () => {
  const sent = answers({ [`PATCH /api/v1/projects/${anId(1)}`]: aProject({ name: 'New' }) });
  const project = await call(projectEndpoints.edit, { id: anId(1), version: 1, name: 'New' });
  expect(project.name).toBe('New');
  expect(sent[0]?.body).toEqual({ version: 1, name: 'New' });
});

test('what is read goes into the query, without what is not given', async () => {
  const sent = answers({ 'GET /api/v1/projects': pageOf([]) });
  await call(projectEndpoints.list, { limit: 20, q: 'gate & oxide', cursor: undefined });
  expect(sent[0]?.url).toBe('/api/v1/projects?limit=20&q=gate+%26+oxide');
});

test('a refusal is told with its fields', async () => {
  const errors = [{ pointer: '/name', detail: 'A name is needed.' }];
  answers({ 'POST /api/v1/projects': () => refusal('input.invalid', { errors }) });
  expect(await failure(call(projectEndpoints.create, { name: '' }))).toMatchObject({ type: 'input.invalid', errors });
});

test('a page of a proxy becomes the problem that fits its status', async () => {
  answers({ 'GET /api/v1/me': () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
  expect(await failure(call(identityEndpoints.me, {}))).toMatchObject({ type: 'service.unavailable', status: 502 });
});

test('an unreachable server is told as that', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await failure(call(identityEndpoints.me, {}))).toMatchObject({ type: 'service.unavailable', status: 0 });
});

test('an answer that does not fit the contract says to reload', async () => {
  answers({ 'GET /api/v1/me': { name: 'Ada' } });
  expect(await failure(call(identityEndpoints.me, {}))).toMatchObject({ type: 'internal.fault' });
});

test('whoever wants to know hears that nobody is signed in', async () => {
  answers({ 'GET /api/v1/me': () => refusal('auth.required') });
  const heard = vi.fn<() => void>();
  const leave = signedOut.add(heard);
  await failure(call(identityEndpoints.me, {}));
  leave();
  await failure(call(identityEndpoints.me, {}));
  expect(heard).toHaveBeenCalledTimes(1);
});

test('a request that was given up is not a problem of the server', async () => {
  const giveUp = new AbortController();
  vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => Promise.reject(signal?.reason));
  giveUp.abort();
  await expect(call(identityEndpoints.me, {}, { signal: giveUp.signal })).rejects.toHaveProperty('name', 'AbortError');
});
