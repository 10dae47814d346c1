import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { entryHistoryEndpoints, runHistoryEndpoints } from '@cobench/shared/history/history';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { kioskEndpoints } from '@cobench/shared/kiosks/kiosk';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
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
import { aPdf, aPng, laboratory, nobodysId } from './laboratory.ts';

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
    'instruments.get': () => idOf(lab.anInstrument()),
    'instruments.edit': async () => ({ ...(await idOf(lab.anInstrument())), version: 0, name: unique }),
    'instruments.setState': async () => ({ ...(await idOf(lab.anInstrument())), state: 'down', reason: unique }),
    'instruments.archive': () => idOf(lab.anInstrument()),
    'instruments.restore': () => idOf(anArchivedInstrument()),
    'maintenance.list': () => idOf(lab.anInstrument()),
    'maintenance.record': async () => ({
      ...(await idOf(lab.anInstrument())),
      kind: 'repair',
      what: unique,
      from: new Date().toISOString(),
    }),
    'calibrations.list': () => idOf(lab.anInstrument()),
    'calibrations.create': async () => ({
      ...(await idOf(lab.anInstrument())),
      number: unique,
      issuer: 'National laboratory',
      performedAt: '2026-01-02T00:00:00.000Z',
      validFrom: '2026-01-02T00:00:00.000Z',
      expiresAt: '2030-01-02T00:00:00.000Z',
      result: 'pass',
    }),
    'calibrations.status': () => idOf(lab.aCalibratedInstrument()),
    'calibrations.due': async () => ({}),
    'calibrations.doubts': async () => ({}),
    'calibrations.get': () => idOf(aCalibration()),
    'calibrations.impact': () => idOf(aCalibration()),
    'calibrations.attach': async () => ({ ...(await idOf(aCalibration())), file: aPdf }),
    'calibrations.file': async () => {
      const { id } = await aCalibration();
      await engineer.send('POST', `/api/v1/calibrations/${id}/file`, aPdf);
      return { id };
    },
    'calibrations.revoke': async () => ({ ...(await idOf(aCalibration())), reason: unique }),
    'calibrations.expire': async () => ({ ...(await idOf(aCalibration())), reason: unique }),
    'bookings.list': async () => ({}),
    'bookings.get': () => idOf(aBooking()),
    'bookings.create': async () => ({
      instrumentId: (await lab.anInstrument({ calibrationRequired: false })).id,
      projectId: (await lab.aProject()).id,
      title: unique,
      ...lab.tomorrow(),
    }),
    'bookings.edit': async () => ({
      ...(await idOf(aBooking())),
      version: 0,
      title: unique,
      projectId: (await lab.aProject()).id,
    }),
    'bookings.cancel': () => idOf(aBooking()),
    'calendarLinks.get': () => idOf(lab.anInstrument()),
    'calendarLinks.make': () => idOf(lab.anInstrument()),
    'calendarLinks.revoke': () => idOf(lab.anInstrument()),
    'runs.list': async () => ({}),
    'runs.counts': async () => ({}),
    'runs.get': () => idOf(lab.aRun()),
    'runs.create': async () => ({ projectId: (await lab.aProject()).id, name: unique }),
    'runs.edit': async () => ({ ...(await idOf(lab.aRun())), revision: 0, name: unique }),
    'runs.recordResult': async () => ({ ...(await idOf(lab.aRunningRun())), result: { name: 'Depth', value: 1 } }),
    'runs.unblock': async () => {
      const { id: instrumentId } = await lab.anInstrument();
      const run = lab.aRun({ instrumentId });
      await run;
      await lab.aCalibration(instrumentId);
      return idOf(run);
    },
    'runs.override': async () => ({ ...(await idOf(aBlockedRun())), reason: unique }),
    'runs.start': () => idOf(lab.aRun()),
    'runs.finish': async () => ({ ...(await idOf(lab.aRunningRun())), outcome: 'completed' }),
    'runs.cancel': () => idOf(lab.aRun()),
    'runs.record': async () => ({ ...(await idOf(lab.aRunningRun())), batch: unique, events: [] }),
    'runs.events': () => idOf(lab.aRun()),
    'runs.telemetry': () => idOf(lab.aRun()),
    'runs.telemetryColumns': async () => ({ ...(await idOf(lab.aRun())), metric: 'x' }),
    'runs.log': () => idOf(lab.aRun()),
    'runs.logFile': () => idOf(lab.aRun()),
    'runs.telemetryFile': () => idOf(lab.aRun()),
    'series.list': async () => ({}),
    'series.get': () => idOf(lab.aSeries()),
    'series.create': async () => ({
      projectId: (await lab.aProject()).id,
      name: unique,
      source: { from: 'metric', metric: 'x' },
      limits: { from: 'given', center: 0, sigma: 1 },
    }),
    'series.edit': async () => ({ ...(await idOf(lab.aSeries())), revision: 0, name: unique }),
    'series.points': () => idOf(lab.aSeries()),
    'series.addPoints': async () => ({
      ...(await idOf(lab.aSeries({ source: { from: 'points' } }))),
      points: [{ items: [1], key: unique }],
    }),
    'series.revise': async () => ({ ...(await idOf(lab.aSeries())), name: unique, revision: 0, reason: unique }),
    'series.preview': async () => ({ ...(await idOf(lab.aSeries())), name: unique }),
    'series.limits': () => idOf(lab.aSeries()),
    'alerts.list': async () => ({}),
    'alerts.get': () => idOf(anAlert()),
    'alerts.why': () => idOf(anAlert()),
    'alerts.acknowledge': () => idOf(anAlert()),
    'alerts.act': async () => ({ ...(await idOf(anAlert())), ownerId: await investigator() }),
    'alerts.step': async () => ({ ...(await idOf(anAlertInAction())), step: 0, done: true }),
    'alerts.close': async () => ({ ...(await idOf(anAlert())), verdict: 'false-alarm', revision: 0 }),
    'alerts.reopen': async () => ({ ...(await idOf(aClosedAlert())), reason: 'It was none.' }),
    'alerts.snooze': async () => ({ ...(await idOf(anAlert())), points: 5, reason: 'Known' }),
    'alerts.wake': () => idOf(aSnoozedAlert()),
    'files.list': async () => ({}),
    'files.folders': async () => ({ projectId: (await lab.aProject()).id }),
    'files.tags': async () => ({}),
    'files.usage': async () => ({}),
    'files.limits': async () => ({}),
    'files.editLimits': () => call(admin, fileEndpoints.limits, {}),
    'files.uploads': async () => ({}),
    'files.archive': async () => ({ ids: (await lab.aFile()).id }),
    'files.create': async () => ({ projectId: (await lab.aProject()).id, filename: unique, file: aPdf }),
    'files.get': () => idOf(lab.aFile()),
    'files.versions': () => idOf(lab.aFile()),
    'files.edit': async () => ({ ...(await idOf(lab.aFile())), revision: 0, name: unique }),
    'files.attach': async () => {
      const { id, projectId } = await lab.aFile();
      return { id, kind: 'run', recordId: (await lab.aRun({ projectId })).id };
    },
    'files.detach': async () => {
      const { id: recordId, projectId } = await lab.aRun();
      const { id } = await lab.aFile({ projectId, attachTo: { kind: 'run', id: recordId } });
      return { id, kind: 'run', recordId };
    },
    'files.content': () => idOf(lab.aFile()),
    'files.image': () => idOf(lab.aFile({ bytes: aPng })),
    'files.sealedLink': () => idOf(lab.aFile()),
    'files.remove': () => idOf(lab.aFile()),
    'files.restore': () => idOf(aFileInTheTrash()),
    'files.purge': () => idOf(aFileInTheTrash()),
    'kiosks.list': async () => ({}),
    'kiosks.create': async () => ({ name: unique }),
    'kiosks.revoke': () => idOf(call(admin, kioskEndpoints.create, { name: unique })),
    'audit.list': async () => ({}),
    'audit.export': async () => ({}),
    'audit.verify': async () => ({}),
  };

  /** A technician's, so that they may cancel it, in a project of its own. */
  const aBooking = async () => lab.aBooking({ projectId: (await lab.aProject()).id });

  async function anArchivedInstrument() {
    const { id } = await lab.anInstrument();
    return call(engineer, instrumentEndpoints.archive, { id });
  }
  const aFileInTheTrash = async () => call(engineer, fileEndpoints.remove, { id: (await lab.aFile()).id });
  const aBlockedRun = async () => lab.aRun({ instrumentId: (await lab.anInstrument()).id });
  const aCalibration = async () => lab.aCalibration((await lab.anInstrument()).id);

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

  const investigator = async () => (await call(await app.as('pi@acme.test'), identityEndpoints.me, {})).id;
  async function anAlertInAction() {
    const { id } = await anAlert({ plan: { checklist: [{ text: 'Look at the gas' }] } });
    return call(engineer, alertEndpoints.act, { id, ownerId: await investigator() });
  }
  async function aClosedAlert() {
    const { id } = await anAlert();
    return call(admin, alertEndpoints.close, { id, verdict: 'false-alarm', revision: 0 });
  }
  async function aSnoozedAlert() {
    return call(engineer, alertEndpoints.snooze, { id: (await anAlert()).id, points: 5, reason: 'Known' });
  }

  async function anAlert(over: Parameters<typeof lab.aSeries>[0] = {}): Promise<{ id: string }> {
    const { projectId, id: seriesId } = await lab.aSeries(over);
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
