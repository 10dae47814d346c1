import { once } from 'node:events';
import { Problem } from '@cobench/shared/errors';
import { closeCode } from '@cobench/shared/realtime/collab';
import { Schema, type Connection } from 'mongoose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { everyOrganisation, orgScoped } from '../src/platform/mongo/org-scope.ts';
import { until } from './collab/collab-house.ts';
import { PollingTab } from './collab/polling-tab.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { laboratory } from './laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const at = (path: string): URL => new URL(path, app.origin);
const json = { 'content-type': 'application/json' };
const problemOf = async (response: Response): Promise<Problem> => Problem.parse(await response.json());

test.each([
  ['a body that is no JSON', '{"name":', json, 'input.malformed', 400],
  ['a list for a body', '[1]', json, 'input.malformed', 400],
  ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 'input.unsupported', 415],
  ['two megabytes', JSON.stringify({ name: 'x'.repeat(2 ** 21) }), json, 'input.too-large', 413],
  ['a change from another site', '{"name":"x"}', { ...json, origin: 'https://evil.example' }, 'origin.foreign', 403],
])('%s is refused in words', async (_what, body, headers, type, status) => {
  const engineer = await app.as('engineer@acme.test');
  const response = await engineer.fetch('/api/v1/projects', { method: 'POST', body, headers });
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await problemOf(response)).toMatchObject({ type, status });
});

test('a broken escape in a path and an unknown path are the client’s doing, not a fault of ours', async () => {
  const engineer = await app.as('engineer@acme.test');
  expect((await engineer.get('/api/v1/projects/%E0%A4%A')).status).toBe(400);
  expect(await problemOf(await engineer.get('/api/v1/nothing'))).toMatchObject({ type: 'resource.missing' });
});

test('the same field twice, or an object for a text, is named and refused', async () => {
  const engineer = await app.as('engineer@acme.test');
  const twice = await problemOf(await engineer.get('/api/v1/projects?q=a&q=b'));
  expect(twice.errors).toMatchObject([{ pointer: '/q' }]);
  const operator = await problemOf(await engineer.get('/api/v1/projects?q[$ne]=1'));
  expect(operator.errors).toMatchObject([{ pointer: '/q[$ne]' }]);
});

test('every answer carries a request id, and a refusal quotes it', async () => {
  const response = await fetch(at('/api/v1/me'));
  const id = response.headers.get('x-request-id');
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect((await problemOf(response)).instance).toBe(id);
});

test('answers carry the headers that keep a browser safe, and no word about the software', async () => {
  const { headers } = await fetch(at('/healthz'));
  expect(headers.get('x-powered-by')).toBeNull();
  const api = (await fetch(at('/api/v1/me'))).headers;
  expect(api.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(api.get('x-content-type-options')).toBe('nosniff');
  expect(api.get('referrer-policy')).toBe('same-origin');
});

test('it says that it lives and that it can serve', async () => {
  expect((await fetch(at('/healthz'))).status).toBe(200);
  expect(await (await fetch(at('/readyz'))).json()).toMatchObject({
    status: 'ready',
    store: true,
    files: true,
  });
});

test('a graceful shutdown sends sockets away until the next start', async () => {
  const own = await startTestApp();
  const engineer = await own.signIn('engineer@acme.test');
  const { id: projectId } = await laboratory(own).aProject();
  const created = await engineer.post('/api/v1/entries', { projectId, title: 'x' });
  const { id } = (await created.json()) as { id: string };
  const url = `${own.origin.replace('http', 'ws')}/collab/entry/${id}`;
  const socket = new WebSocket(url, { headers: { cookie: engineer.cookie('/'), origin: own.origin } });
  await once(socket, 'message');
  const closed = once(socket, 'close') as Promise<[number, Buffer]>;
  await own.close();
  expect((await closed)[0]).toBe(1012);
});

test('[RT70] an entry is edited over HTTP by whoever is signed in, and by nobody who only knows the session', async () => {
  const engineer = await app.as('engineer@acme.test');
  const { id: projectId } = await laboratory(app).aProject();
  const created = await engineer.post('/api/v1/entries', { projectId, title: 'x' });
  const { id } = (await created.json()) as { id: string };
  const tab = new PollingTab(app.origin, { kind: 'entry', id }, { headers: { cookie: engineer.cookie('/') } });
  onTestFinished(() => tab.close());
  await until(() => tab.editor.heard.some(({ type }) => type === 'step2'));
  tab.editor.insert(0, 'over HTTP');
  await until(() => tab.editor.saved > 0);
  const { id: sid } = tab.socket;
  expect((await fetch(at(`/collab-http?EIO=4&transport=polling&sid=${sid}`))).status).toBe(400);
  const stranger = new PollingTab(app.origin, { kind: 'entry', id });
  onTestFinished(() => stranger.close());
  expect(await stranger.closed).toBe(closeCode.signedOut);
  expect(tab.socket.readyState).toBe('open');
});

test('a query that names no organisation is a bug and never reaches the store', async () => {
  const model = scopedModel(app.connection);
  await expect(model.find({ name: 'x' })).rejects.toThrow('names no organisation');
  await expect(model.updateMany({}, { name: 'y' })).rejects.toThrow('names no organisation');
  await expect(model.findOneAndUpdate({ _id: 'a' }, { name: 'y' })).rejects.toThrow('names no organisation');
  await expect(model.deleteMany({})).rejects.toThrow('names no organisation');
  await expect(model.countDocuments({})).rejects.toThrow('names no organisation');
  await expect(model.aggregate([{ $match: { name: 'x' } }])).rejects.toThrow('names no organisation');
  await expect(model.create({ _id: 'a', name: 'x' })).rejects.toThrow('orgId');
  await model.create({ _id: 'a', orgId: 'one', name: 'x' });
  expect(await model.find({ orgId: 'one' })).toHaveLength(1);
  expect(await model.find({ orgId: 'two' })).toHaveLength(0);
  expect(await model.find({ orgId: everyOrganisation })).toHaveLength(1);
  expect(await model.aggregate([{ $match: { orgId: 'one' } }])).toHaveLength(1);
});

function scopedModel(connection: Connection) {
  const fields = { _id: String, name: String };
  const schema = new Schema<{ _id: string; orgId: string; name: string }>(fields, { collection: 'scoped' });
  schema.plugin(orgScoped);
  return connection.model('Scoped', schema);
}
