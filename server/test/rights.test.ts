import { minimumRole, roleAllows } from '@cobench/shared/access/permissions';
import { roles } from '@cobench/shared/access/roles';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { pathParameters, type Endpoint } from '@cobench/shared/endpoint';
import { Problem } from '@cobench/shared/errors';
import { entryHistoryEndpoints, runHistoryEndpoints } from '@cobench/shared/history/history';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { identityEndpoints, type Me } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { bodyField } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contracts } from '../src/app.ts';
import { newId } from '../src/platform/new-id.ts';
import { call, refusal, type Caller } from './call.ts';
import { documentTab } from './collab/entry-tab.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { laboratory, nobodysId } from './laboratory.ts';

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

/** Valid input for each endpoint that acts on nothing yet, or on a record of Acme Labs made for this one call. */
async function inputFor(name: string): Promise<object> {
  const lab = laboratory(app);
  const [engineer, admin] = await Promise.all([app.as('engineer@acme.test'), app.as('admin@acme.test')]);
  const unique = `Rights ${crypto.randomUUID()}`;
  const anEntry = async () => {
    const { id: projectId } = await lab.aProject();
    return call(engineer, notebookEndpoints.create, { projectId, title: unique });
  };
  const aDeletedEntry = async () => call(engineer, notebookEndpoints.remove, { id: (await anEntry()).id });
  const aDeletedProject = async () => call(admin, projectEndpoints.remove, { id: (await lab.aProject()).id });
  const idOf = async (record: Promise<{ id: string }>) => ({ id: (await record).id });

  const inputs: Record<string, () => Promise<object>> = {
    'identity.me': async () => ({}),
    'identity.switchOrganisation': async () => ({ organisationId: nobodysId }),
    'identity.endOtherSessions': async () => ({}),
    'identity.sessions': async () => ({}),
    'identity.endSession': async () => ({ session: 'x'.repeat(43) }),
    'identity.organisation': async () => ({}),
    'identity.editOrganisation': async () => {
      const { version, name } = await call(admin, identityEndpoints.organisation, {});
      return { version, name };
    },
    'signIn.providers': async () => ({}),
    'secondFactor.reset': () => idOf(aMember()),
    'identity.members': async () => ({}),
    'identity.endMemberSessions': () => idOf(aMember()),
    'identity.setRole': async () => ({ ...(await idOf(aMember())), was: 'viewer', role: 'technician' }),
    'identity.disableMember': () => idOf(aMember()),
    'identity.enableMember': () => idOf(aMember({ disabledAt: new Date() })),
    'accounts.invitations': async () => ({}),
    'accounts.invite': async () => ({ email: `${crypto.randomUUID()}@acme.test`, role: 'viewer' }),
    'accounts.revokeInvitation': () =>
      idOf(call(admin, accountEndpoints.invite, { email: `${crypto.randomUUID()}@acme.test`, role: 'viewer' })),
    'identity.apiKeys': async () => ({}),
    'identity.createApiKey': async () => ({ name: unique }),
    'identity.revokeApiKey': () => idOf(call(admin, identityEndpoints.createApiKey, { name: unique })),
    'projects.list': async () => ({}),
    'projects.get': () => idOf(lab.aProject()),
    'projects.create': async () => ({ name: unique }),
    'projects.edit': async () => ({ ...(await idOf(lab.aProject())), version: 0, name: unique }),
    'projects.remove': () => idOf(lab.aProject()),
    'projects.restore': () => idOf(aDeletedProject()),
    'notebook.list': async () => ({}),
    'notebook.inUse': async () => ({}),
    'notebook.get': () => idOf(anEntry()),
    'notebook.create': async () => ({ projectId: (await lab.aProject()).id, title: unique }),
    'notebook.rename': async () => ({ ...(await idOf(anEntry())), version: 0, title: unique }),
    'notebook.remove': () => idOf(anEntry()),
    'notebook.restore': () => idOf(aDeletedEntry()),
    'notebook.markdown': () => idOf(anEntry()),
    'entryHistory.versions': () => idOf(anEntry()),
    'entryHistory.nameVersion': async () => ({ ...(await idOf(anEntry())), name: unique }),
    'entryHistory.renameVersion': async () => ({ ...(await aNamedVersion()), version: 0, name: `${unique} 2` }),
    'entryHistory.state': () => idOf(anEntry()),
    'entryHistory.restore': async () => ({ ...(await idOf(anEntry())), seq: 0 }),
    'entryHistory.changes': () => idOf(anEntry()),
    'entryHistory.activity': () => idOf(anEntry()),
    'runHistory.versions': () => idOf(lab.aRun()),
    'runHistory.nameVersion': async () => ({ ...(await idOf(aRunWithNotes())), name: unique }),
    'runHistory.renameVersion': async () => ({ ...(await aNamedNote()), version: 0, name: `${unique} 2` }),
    'runHistory.state': () => idOf(lab.aRun()),
    'runHistory.restore': async () => ({ ...(await idOf(lab.aRun())), seq: 0 }),
    'runHistory.changes': () => idOf(lab.aRun()),
    'runHistory.activity': () => idOf(lab.aRun()),
    'instruments.list': async () => ({}),
    'instruments.create': async () => ({ name: unique }),
    'runs.list': async () => ({}),
    'runs.get': () => idOf(lab.aRun()),
    'runs.create': async () => ({ projectId: (await lab.aProject()).id, name: unique }),
    'runs.start': () => idOf(lab.aRun()),
    'runs.finish': async () => ({ ...(await idOf(lab.aRunningRun())), outcome: 'completed' }),
    'runs.cancel': () => idOf(lab.aRun()),
    'runs.record': async () => ({ ...(await idOf(lab.aRunningRun())), batch: unique, events: [] }),
    'runs.events': () => idOf(lab.aRun()),
    'runs.telemetry': () => idOf(lab.aRun()),
    'series.list': async () => ({}),
    'series.get': () => idOf(lab.aSeries()),
    'series.create': async () => ({
      projectId: (await lab.aProject()).id,
      name: unique,
      metric: 'x',
      limitSource: { from: 'given', center: 0, sigma: 1 },
    }),
    'series.points': () => idOf(lab.aSeries()),
    'alerts.list': async () => ({}),
    'alerts.acknowledge': () => idOf(anAlert()),
    'audit.list': async () => ({}),
    'audit.export': async () => ({}),
    'audit.verify': async () => ({}),
  };

  /** A colleague who is signed in nowhere. */
  async function aMember(over: { disabledAt?: Date } = {}) {
    const { organisation } = await call(admin, identityEndpoints.me, {});
    const id = newId();
    const profile = { name: unique, nameKey: unique.toLowerCase(), email: '' };
    const membership = { _id: newId(), orgId: organisation.id, personId: id, role: 'viewer', lastSeenAt: null };
    await app.connection.collection<{ _id: string }>('memberships').insertOne({ ...membership, ...profile, ...over });
    return { id };
  }

  async function aNamedVersion() {
    const { id } = await anEntry();
    const { seq } = await call(engineer, entryHistoryEndpoints.nameVersion, { id, name: unique });
    return { id, seq };
  }

  async function aRunWithNotes() {
    const run = await lab.aRun();
    const tab = await documentTab(engineer, { kind: 'run', id: run.id });
    tab.doc.getXmlFragment(bodyField).insert(0, [new Y.XmlElement('paragraph')]);
    const newest = () => call(engineer, runHistoryEndpoints.state, { id: run.id });
    await expect.poll(async () => (await newest()).lastSeq, { interval: 10 }).toBe(1);
    return run;
  }

  async function aNamedNote() {
    const { id } = await aRunWithNotes();
    const { seq } = await call(engineer, runHistoryEndpoints.nameVersion, { id, name: unique });
    return { id, seq };
  }

  async function anAlert(): Promise<{ id: string }> {
    const { projectId, id: seriesId } = await lab.aSeries();
    const { id } = await lab.aRunningRun({ projectId });
    const machine = await lab.aMachine();
    const events = [{ kind: 'metric', name: 'x', value: 99 }];
    await machine.send('POST', `/api/v1/runs/${id}/events`, { batch: unique, events });
    const page = (await (await engineer.get(`/api/v1/alerts?seriesId=${seriesId}`)).json()) as {
      items: [{ id: string }];
    };
    return page.items[0];
  }

  const make = inputs[name];
  if (!make) throw new Error(`${name} has no input here: a new endpoint is judged by this test too.`);
  return make();
}

describe.each(guarded)('%s', (name, contract) => {
  test.each(roles)('a %s gets what the permission table says', async (role) => {
    const { access } = contract;
    if (access === 'signed-in' || access === 'anybody') throw new Error('not guarded');
    const caller: Caller = await app.as(`${role}@acme.test`);
    const input = await inputFor(name);
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

/** What these write is in the log of the run or the document, with who wrote it; and who is signed in nowhere stays so. */
const withHistoryOfItsOwn = new Set([
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
    const input = await inputFor(name);
    const stranger = await app.as('admin@borealis.test');
    const foreign = await refusal(stranger, contract, input);
    const unknown = await refusal(stranger, contract, { ...input, id: nobodysId });
    expect(foreign).toMatchObject({ type: 'resource.missing', status: 404 });
    expect({ ...foreign, instance: '' }).toEqual({ ...unknown, instance: '' });
  },
);

test.each(ofRecords)('%s: what is no id is named', async (name, contract) => {
  const problem = await refusal(await app.as('admin@acme.test'), contract, { ...(await inputFor(name)), id: 'nope' });
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
