import { entryHistoryEndpoints, runHistoryEndpoints } from '@cobench/shared/history/history';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { bodyField } from '@cobench/shared/realtime/collab';
import { expect } from 'vitest';
import * as Y from 'yjs';
import { newId } from '../src/platform/new-id.ts';
import { accounts } from './accounts.ts';
import { call } from './call.ts';
import { documentTab } from './collab/entry-tab.ts';
import type { TestApp } from './harness.ts';
import { laboratory, nobodysId } from './laboratory.ts';

/** Valid input for each endpoint that acts on nothing yet, or on a record of Acme Labs made for this one call. */
export async function inputFor(app: TestApp, name: string): Promise<object> {
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
    'identity.memberSessions': async () => ({}),
    'identity.endMemberSession': async () => ({ session: await aSession() }),
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
    'projects.access': () => idOf(lab.aProject()),
    'projects.restrict': async () => ({ ...(await idOf(lab.aProject())), version: 0, restricted: true }),
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

  /** A session of a colleague that works there. */
  async function aSession(): Promise<string> {
    const { agent } = await accounts(app).anAccount();
    const { items } = await call(agent, identityEndpoints.sessions, {});
    return String(items[0]?.id);
  }

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
  if (!make) throw new Error(`${name} has no input here: a new endpoint is judged like all others.`);
  return make();
}
