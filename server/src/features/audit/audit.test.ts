import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { bodyField } from '@cobench/shared/realtime/collab';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { call, refusal } from '../../../test/call.ts';
import { documentTab } from '../../../test/collab/entry-tab.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { installationChain } from './chain.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());

type Filter = Parameters<typeof call<typeof auditEndpoints.list.input, typeof auditEndpoints.list.output>>[2];
const trail = async (filter: Filter = {}) =>
  (await call(await app.as('admin@acme.test'), auditEndpoints.list, { limit: 200, ...filter })).items;

test('[AU5] an entry says who, what, on which record, and what it was before', async () => {
  const engineer = await app.as('engineer@acme.test');
  const me = await call(engineer, identityEndpoints.me, {});
  const project = await lab.aProject({ name: 'Wafers' });
  await call(engineer, projectEndpoints.edit, { id: project.id, version: 0, name: 'Wafers 2' });
  await call(await app.as('pi@acme.test'), projectEndpoints.remove, { id: project.id });
  const [deleted, edited, made] = await trail({ record: project.id });
  expect(made).toMatchObject({
    action: 'project.create',
    outcome: 'done',
    by: { kind: 'person', id: me.id, name: me.name, through: expect.stringMatching(/^[\w-]{43}$/) },
    record: { kind: 'project', id: project.id, name: 'Wafers' },
    before: null,
    after: { name: 'Wafers', description: '' },
  });
  expect(edited).toMatchObject({ before: { name: 'Wafers' }, after: { name: 'Wafers 2' } });
  expect(Object.keys(edited?.after ?? {})).toEqual(['name']);
  expect(deleted).toMatchObject({ action: 'project.delete', before: { name: 'Wafers 2' }, after: null });
});

test('[AU5] where a reason was asked for it is there', async () => {
  const run = await lab.aRunningRun();
  await call(await app.as('technician@acme.test'), runEndpoints.cancel, { id: run.id, reason: 'Wrong wafer' });
  const [cancelled] = await trail({ record: run.id });
  expect(cancelled).toMatchObject({
    action: 'run.cancel',
    reason: 'Wrong wafer',
    before: { state: 'running' },
    after: { state: 'cancelled' },
  });
});

test('[AU5] a key’s secret is nowhere in it', async () => {
  const admin = await app.as('admin@acme.test');
  const { id, secret } = await call(admin, identityEndpoints.createApiKey, { name: 'Furnace' });
  await call(admin, identityEndpoints.revokeApiKey, { id });
  expect((await trail({ record: id })).map(({ action }) => action)).toEqual(['api-key.revoke', 'api-key.create']);
  const raw = await app.connection.collection('audit').find({}).toArray();
  const text = JSON.stringify(raw);
  expect(text).toContain('Furnace');
  expect(text).not.toContain(secret.slice(13));
  expect(text).not.toMatch(/"hash":"[0-9a-f]{64}","scopes"|hash\\":/);
});

describe('[AU6] what is refused is there:', () => {
  test('over HTTP, with the record', async () => {
    const { id } = await lab.aProject();
    expect(await refusal(await app.as('viewer@acme.test'), projectEndpoints.remove, { id })).toMatchObject({
      status: 403,
    });
    await expect
      .poll(() => trail({ record: id, outcome: 'refused' }))
      .toMatchObject([{ action: 'project.delete', by: { kind: 'person' }, record: { kind: 'project', id } }]);
  });

  test('in a document, where a viewer writes', async () => {
    const { id: projectId } = await lab.aProject();
    const entry = await call(await app.as('engineer@acme.test'), notebookEndpoints.create, { projectId, title: 'E' });
    const tab = await documentTab(await app.as('viewer@acme.test'), { kind: 'entry', id: entry.id });
    tab.doc.getXmlFragment(bodyField).insert(0, [new Y.XmlElement('paragraph')]);
    await expect
      .poll(() => trail({ record: entry.id, outcome: 'refused' }))
      .toMatchObject([{ action: 'entry.edit', by: { kind: 'person' } }]);
  });

  test('with a key that is revoked, once a minute', async () => {
    const admin = await app.as('admin@acme.test');
    const run = await lab.aRunningRun();
    const { id, secret } = await call(admin, identityEndpoints.createApiKey, { name: 'Old key' });
    await call(admin, identityEndpoints.revokeApiKey, { id });
    const path = new URL(`/api/v1/runs/${run.id}/events`, app.origin);
    for (let i = 0; i < 5; i++) {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      expect((await fetch(path, { method: 'POST', headers, body: '{"batch":"b","events":[]}' })).status).toBe(401);
    }
    const refused = async () => (await trail({ outcome: 'refused' })).filter(({ by }) => by.through === id);
    await expect.poll(refused).toMatchObject([{ by: { kind: 'key', name: 'Old key' }, reason: 'The key is revoked.' }]);
  });

  test('a sign-in that nobody is known by, in the chain of the installation', async () => {
    const audit = app.connection.collection('audit');
    await fetch(new URL('/auth/callback?code=x&state=y', app.origin), { redirect: 'manual' });
    await expect
      .poll(() => audit.find({ orgId: installationChain }).toArray())
      .toMatchObject([{ action: 'session.begin', outcome: 'refused', reason: expect.stringContaining(':') }]);
  });
});

test('[AU7] signing in and out is there, with device and address', async () => {
  const agent = await app.signIn('viewer@acme.test');
  const { id } = await call(agent, identityEndpoints.me, {});
  await agent.send('POST', '/auth/sign-out');
  const [out, begun] = await trail({ person: id });
  expect(begun).toMatchObject({ action: 'session.begin', after: { address: expect.stringMatching(/127|::1/) } });
  expect(out).toMatchObject({ action: 'session.end', record: { id: begun?.by.through } });
});

describe('[AU8] the trail', () => {
  test('is filtered by person, action, outcome and time, and read page by page without gaps', async () => {
    const admin = await app.as('admin@acme.test');
    const all = await trail();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => all[0]!.seq - i));
    const first = await call(admin, auditEndpoints.list, { limit: 3 });
    const second = await call(admin, auditEndpoints.list, { limit: 3, cursor: String(first.nextCursor) });
    expect([...first.items, ...second.items].map(({ seq }) => seq)).toEqual(all.slice(0, 6).map(({ seq }) => seq));
    expect(new Set((await trail({ action: 'project.create' })).map(({ action }) => action))).toEqual(
      new Set(['project.create']),
    );
    const middle = all[Math.floor(all.length / 2)]!;
    expect((await trail({ from: middle.at })).every(({ at }) => at >= middle.at)).toBe(true);
    expect((await trail({ until: middle.at })).every(({ at }) => at < middle.at)).toBe(true);
    expect((await trail({ until: middle.at })).length + (await trail({ from: middle.at })).length).toBe(all.length);
  });

  test('is that of one’s own organisation', async () => {
    const { id } = await lab.aProject();
    const stranger = await app.as('admin@borealis.test');
    expect((await call(stranger, auditEndpoints.list, { record: id })).items).toEqual([]);
  });

  test('is exported whole as CSV and JSON, the export itself noted, and no cell is a formula', async () => {
    const admin = await app.as('admin@acme.test');
    const { id } = await lab.aProject({ name: '=HYPERLINK("http://evil.test")' });
    const csv = await call(admin, auditEndpoints.export, { record: id });
    const [head, line] = csv.split('\n');
    expect(head).toMatch(/^seq,at,by,by_kind,/);
    expect(line).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
    const json = await call(admin, auditEndpoints.export, { format: 'json' });
    const lines = json.trim().split('\n');
    const entries = lines.map((text) => JSON.parse(text) as { seq: number });
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1));
    const [noted] = await trail({ action: 'audit.export' });
    expect(noted).toMatchObject({ after: { format: 'json' } });
  });

  test('is verified; what was changed behind its back is found', async () => {
    const admin = await app.as('admin@acme.test');
    const { entries, findings } = await call(admin, auditEndpoints.verify, {});
    expect(entries).toBeGreaterThan(20);
    expect(findings).toEqual([]);
    const audit = app.connection.collection('audit');
    const victim = (await trail({ action: 'project.delete', outcome: 'done' }))[0]!;
    const { organisation } = await call(admin, identityEndpoints.me, {});
    const which = { orgId: organisation.id, seq: victim.seq };
    await audit.updateOne(which, { $set: { 'by.name': 'Somebody else' } });
    expect((await call(admin, auditEndpoints.verify, {})).findings).toMatchObject([{ seq: victim.seq }]);
    await audit.updateOne(which, { $set: { 'by.name': victim.by.name } });
    expect((await call(admin, auditEndpoints.verify, {})).findings).toEqual([]);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('cannot be changed by anybody: %s', async (method) => {
    const [newest] = await trail();
    const admin = await app.as('admin@acme.test');
    for (const path of ['/api/v1/audit', `/api/v1/audit/${newest!.seq}`, '/api/v1/audit/export']) {
      expect((await admin.send(method, path, {})).status).toBe(404);
    }
    expect((await trail())[0]).toEqual(newest);
  });
});
