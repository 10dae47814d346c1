import { identityEndpoints } from '@cobench/shared/identity/identity';
import { entryHistoryEndpoints } from '@cobench/shared/history/history';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { bodyField, closeCode } from '@cobench/shared/realtime/collab';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { call, refusal, type Caller } from '../../test/call.ts';
import { documentTab, entryTab } from '../../test/collab/entry-tab.ts';
import { knock } from '../../test/collab/knock.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import { laboratory, measured, record } from '../../test/laboratory.ts';
import { openLive } from '../../test/live-client.ts';

const { restrict, edit, remove, restore } = projectEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());

const as = (role: string) => app.as(`${role}@acme.test`);
const idOf = async (role: string) => (await call(await as(role), identityEndpoints.me, {})).id;

/** Everything a project can hold; `show` decides who sees it, and answers when that is done. */
async function aFullProject() {
  const { id: projectId } = await lab.aProject();
  const { id: seriesId } = await lab.aSeries({ projectId });
  const entry = await call(await as('engineer'), notebookEndpoints.create, { projectId, title: 'E' });
  const { id: runId } = await lab.aRunningRun({ projectId });
  let version = 0;
  const show = async (...roles: string[]) => {
    const people = await Promise.all(roles.map(idOf));
    const restricted = !roles.includes('everybody');
    const project = await call(await as('pi'), restrict, { id: projectId, version, restricted, people });
    version = project.version;
  };
  return { projectId, seriesId, entryId: entry.id, runId, show };
}

async function dashboard(role: string) {
  const live = await openLive(await as(role));
  onTestFinished(() => live.close());
  await live.until('session.role', (told) => told.length > 0);
  const watch = (kind: 'run' | 'series', id: string) =>
    live.socket.timeout(5000).emitWithAck(`watch.${kind}`, { id, after: -1 });
  return Object.assign(live, { watch });
}

/** Something that everybody hears of: whoever heard it has heard all that was told before. */
async function fence(...dashboards: Awaited<ReturnType<typeof dashboard>>[]): Promise<void> {
  const { id } = await lab.aProject();
  for (const live of dashboards) await live.until('project.changed', (told) => told.some((one) => one.id === id));
}

test('[LV17] of a project that one does not see nothing is told; its people and administrators hear everything', async () => {
  const [outsider, insider, admin] = [
    await dashboard('viewer'),
    await dashboard('technician'),
    await dashboard('admin'),
  ];
  const { projectId, seriesId, entryId, runId, show } = await aFullProject();
  await show('technician', 'engineer');
  await fence(outsider, insider, admin);
  for (const { told } of [outsider, insider, admin]) told.length = 0;

  const [pi, engineer] = [await as('pi'), await as('engineer')];
  await call(pi, edit, { id: projectId, version: 1, description: 'Secret' });
  await call(engineer, notebookEndpoints.rename, { id: entryId, version: 0, title: 'Secret' });
  for (const live of [outsider, insider, admin]) {
    const isIn = { ok: live !== outsider };
    expect([await live.watch('run', runId), await live.watch('series', seriesId)]).toMatchObject([isIn, isIn]);
  }
  await record(machine, runId, measured([99]));
  const [alert] = (await call(pi, alertEndpoints.list, { seriesId })).items;
  await call(pi, alertEndpoints.acknowledge, { id: String(alert?.id), comment: '' });
  await call(engineer, notebookEndpoints.remove, { id: entryId });
  await call(pi, remove, { id: projectId });
  await call(pi, restore, { id: projectId });
  // Of one series boards hear twice a second: it may have been told just before.
  for (const live of [insider, admin]) await live.until('series.changed', (told) => told.length > 0);
  await fence(outsider, insider, admin);

  const everything = [
    'alert.changed',
    'entry.changed',
    'entry.deleted',
    'project.changed',
    'project.deleted',
    'run.changed',
    'run.recorded',
    'series.changed',
    'series.grew',
  ];
  for (const { told } of [insider, admin]) {
    expect([...new Set(told.map(({ event }) => event))].toSorted()).toEqual(everything);
  }
  expect(outsider.told.map(({ event }) => event)).toEqual(['project.changed']);
});

test('[LV18] who is taken out hears that it is gone and nothing after it, also of what they watched; who is put back goes on', async () => {
  const [person, insider] = [await dashboard('viewer'), await dashboard('technician')];
  const { projectId, seriesId, runId, show } = await aFullProject();
  for (const live of [person, insider]) {
    await live.watch('run', runId);
    await live.watch('series', seriesId);
  }
  await record(machine, runId, measured([1]));
  await person.until('series.grew', (told) => told.length === 1);
  const before = performance.now();
  await show('technician');
  expect(await person.until('session.projects', (told) => told.length > 0)).toEqual([{ lost: [projectId] }]);
  expect(performance.now() - before).toBeLessThan(2000);
  expect(insider.news('session.projects')).toEqual([]);

  person.told.length = 0;
  await record(machine, runId, measured([2]));
  await fence(person, insider);
  expect(person.told.map(({ event }) => event)).toEqual(['project.changed']);
  expect(insider.news('run.recorded')).toHaveLength(2);
  expect(await person.watch('run', runId)).toEqual({ ok: false });

  await show('technician', 'viewer');
  expect(await person.until('session.projects', (told) => told.length > 0)).toEqual([{ lost: [] }]);
  await person.until('project.changed', (told) => told.some(({ id }) => id === projectId));
  expect(await person.watch('run', runId)).toMatchObject({ ok: true });
  await record(machine, runId, measured([3]));
  await person.until('series.grew', (told) => told.length === 1);
});

test('[LV18] who comes later does not hear of it either, and whoever becomes administrator does', async () => {
  const { projectId, show } = await aFullProject();
  await show();
  const [late, admin] = [await dashboard('viewer'), await as('admin')];
  const rename = async (version: number) =>
    call(admin, edit, { id: projectId, version, name: `Secret ${projectId} ${version}` });
  await rename(1);
  await fence(late);
  expect(late.news('project.changed').map(({ id }) => id)).not.toContain(projectId);
  const who = { id: await idOf('viewer') };
  await call(admin, identityEndpoints.setRole, { ...who, was: 'viewer', role: 'admin' });
  await late.until('session.projects', (told) => told.length === 1);
  await rename(2);
  await late.until('project.changed', (told) => told.some(({ id }) => id === projectId));
  await call(admin, identityEndpoints.setRole, { ...who, was: 'admin', role: 'viewer' });
  await late.until('session.projects', (told) => told.at(-1)?.lost.includes(projectId) === true);
});

test('[RT11] who does not see a project opens no document of it, though somebody with the same role does', async () => {
  const { entryId, runId, show } = await aFullProject();
  await show('technician');
  const documents = [
    { kind: 'entry', id: entryId },
    { kind: 'run', id: runId },
  ] as const;
  for (const document of documents) {
    // One after the other: an answer for one of them must not be used for another.
    for (const role of ['viewer', 'technician', 'engineer', 'admin', 'viewer', 'pi']) {
      const seen = ['technician', 'admin', 'pi'].includes(role);
      expect([role, await knock(await as(role), document)]).toEqual([role, seen ? null : closeCode.missing]);
    }
  }
});

test('[RT11] of two people in one role only the one who is in the project gets in, whoever asks first', async () => {
  const { entryId, projectId } = await aFullProject();
  const viewer = await idOf('viewer');
  const memberships = app.connection.collection('memberships');
  const role = (name: string) => memberships.updateOne({ personId: viewer }, { $set: { role: name } });
  await role('technician');
  onTestFinished(async () => void (await role('viewer')));
  const people = [await idOf('technician')];
  await call(await as('pi'), restrict, { id: projectId, version: 0, restricted: true, people });
  const document = { kind: 'entry', id: entryId } as const;
  const asked = ['viewer', 'technician', 'viewer', 'technician'].map(async (name) => knock(await as(name), document));
  expect(await Promise.all(asked)).toEqual([closeCode.missing, null, closeCode.missing, null]);
});

test('[RT11] who is taken out while the document is open is out within two seconds; the others write on', async () => {
  const { entryId, runId, show } = await aFullProject();
  const tabs = {
    out: await entryTab(await as('engineer'), entryId),
    notes: await documentTab(await as('engineer'), { kind: 'run', id: runId }),
    stays: await entryTab(await as('pi'), entryId),
  };
  const codes: [string, number | undefined][] = [];
  for (const [name, tab] of Object.entries(tabs))
    tab.on('connection-close', (event) => codes.push([name, event?.code]));
  const before = performance.now();
  await show('technician');
  await expect.poll(() => new Set(codes.map(([name]) => name)), { interval: 5 }).toEqual(new Set(['out', 'notes']));
  expect(performance.now() - before).toBeLessThan(2000);
  expect(codes.every(([, code]) => code === closeCode.missing)).toBe(true);
  // What they type from now on goes nowhere.
  tabs.out.doc.getXmlFragment(bodyField).insert(0, [new Y.XmlElement('paragraph')]);
  tabs.stays.doc.getXmlFragment(bodyField).insert(0, [new Y.XmlElement('heading')]);
  const state = async () => (await call(await as('pi'), entryHistoryEndpoints.state, { id: entryId })).document;
  await expect.poll(async () => JSON.stringify(await state())).toContain('heading');
  expect(JSON.stringify(await state())).not.toContain('paragraph');
  expect(await refusal(await as('engineer'), runEndpoints.get, { id: runId })).toMatchObject({ status: 404 });

  await show('engineer');
  tabs.out.connect();
  await expect.poll(async () => JSON.stringify(await state())).toContain('paragraph');
});
