import type { Role } from '@cobench/shared/access/roles';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { mostProjectPeople, projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const { get, list, access, restrict, create, edit, remove, restore } = projectEndpoints;
const as = (role: Role, company = 'acme.test') => app.as(`${role}@${company}`);
const idOf = async (role: Role, company?: string) => (await call(await as(role, company), identityEndpoints.me, {})).id;
const sees = async (who: Caller, id: string) =>
  (await call(who, list, { limit: 200 })).items.some((project) => project.id === id);

/** A project that only the principal investigator and these see. */
async function aRestrictedProject(...roles: Role[]) {
  const { id, version } = await laboratory(app).aProject();
  const people = await Promise.all(roles.map((role) => idOf(role)));
  return call(await as('pi'), restrict, { id, version, restricted: true, people });
}

test('a restricted project is there for its people and administrators, and for nobody else', async () => {
  const { id, version, restricted } = await aRestrictedProject('technician');
  expect({ version, restricted }).toEqual({ version: 1, restricted: true });
  for (const role of ['pi', 'technician', 'admin'] as const) {
    expect([role, await sees(await as(role), id)]).toEqual([role, true]);
    expect(await call(await as(role), get, { id })).toMatchObject({ id, restricted: true });
  }
  for (const role of ['viewer', 'engineer'] as const) {
    expect([role, await sees(await as(role), id)]).toEqual([role, false]);
    expect(await refusal(await as(role), get, { id })).toMatchObject({ type: 'resource.missing' });
  }
});

test('being among its people gives nobody a role: who may not edit does not', async () => {
  const { id, version } = await aRestrictedProject('technician');
  const rename = { id, version, name: 'By a technician' };
  expect(await refusal(await as('technician'), edit, rename)).toMatchObject({ type: 'access.denied' });
  expect(await refusal(await as('engineer'), edit, rename)).toMatchObject({ type: 'resource.missing' });
  await call(await as('pi'), edit, { ...rename, name: `Renamed ${id}` });
});

test('who sees it says who else does; the people are named, and who restricts it is among them', async () => {
  const { id } = await aRestrictedProject('technician', 'technician');
  const seen = await call(await as('technician'), access, { id });
  expect(seen).toMatchObject({ restricted: true, version: 1 });
  expect(seen.people.map((person) => person.id).toSorted()).toEqual(
    [await idOf('pi'), await idOf('technician')].toSorted(),
  );
  const names = seen.people.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect(names.every((name) => name !== '')).toBe(true);
  const { id: open } = await laboratory(app).aProject();
  expect(await call(await as('viewer'), access, { id: open })).toEqual({ restricted: false, people: [], version: 0 });
});

test('an administrator may leave it to administrators alone, and hand it back to everybody', async () => {
  const { id } = await laboratory(app).aProject();
  const admin = await as('admin');
  await call(admin, restrict, { id, version: 0, restricted: true, people: [] });
  expect((await call(admin, access, { id })).people).toEqual([]);
  expect(await refusal(await as('pi'), get, { id })).toMatchObject({ status: 404 });
  await call(admin, restrict, { id, version: 1, restricted: false, people: [await idOf('viewer')] });
  expect(await call(admin, access, { id })).toMatchObject({ restricted: false, people: [] });
  expect(await sees(await as('viewer'), id)).toBe(true);
});

test('only from a principal investigator on does one choose who sees a project', async () => {
  const { id } = await aRestrictedProject('engineer');
  const open = { id, version: 1, restricted: false };
  expect(await refusal(await as('engineer'), restrict, open)).toMatchObject({ type: 'access.denied' });
  // Who does not see it is not told that their role would not do.
  expect(await refusal(await as('viewer'), restrict, open)).toMatchObject({ type: 'resource.missing' });
  await call(await as('pi'), restrict, open);
});

test('who saw an older version is told, and nothing changes', async () => {
  const { id } = await aRestrictedProject();
  const stale = { id, version: 0, restricted: false };
  expect(await refusal(await as('pi'), restrict, stale)).toMatchObject({ type: 'edit.conflict', status: 409 });
  expect(await sees(await as('engineer'), id)).toBe(false);
});

test('only members can be chosen, and no more than fit', async () => {
  const { id, version } = await laboratory(app).aProject();
  const pi = await as('pi');
  const invalid = { type: 'input.invalid', errors: [{ pointer: '/people' }] };
  for (const stranger of [nobodysId, await idOf('engineer', 'borealis.test')]) {
    const people = [await idOf('engineer'), stranger];
    expect(await refusal(pi, restrict, { id, version, restricted: true, people })).toMatchObject(invalid);
  }
  const many = Array.from({ length: mostProjectPeople + 1 }, () => nobodysId);
  expect(await refusal(pi, restrict, { id, version, restricted: true, people: many })).toMatchObject(invalid);
  const same = many.slice(1).fill(await idOf('engineer'));
  await call(pi, restrict, { id, version, restricted: true, people: same });
});

test('a record from before projects could be restricted is everybody’s', async () => {
  const { id } = await laboratory(app).aProject();
  const projects = app.connection.collection<{ _id: string }>('projects');
  await projects.updateOne({ _id: id }, { $unset: { restricted: '', people: '' } });
  expect(await call(await as('viewer'), get, { id })).toMatchObject({ restricted: false });
  await call(await as('pi'), restrict, { id, version: 0, restricted: true });
  expect(await refusal(await as('viewer'), get, { id })).toMatchObject({ status: 404 });
});

test('it stays restricted when it is deleted and restored; nobody else can restore it', async () => {
  const { id } = await aRestrictedProject();
  const other = await call(await as('admin'), create, { name: `Other ${id}` });
  await call(await as('admin'), restrict, { id: other.id, version: 0, restricted: true });
  await call(await as('admin'), remove, { id: other.id });
  expect(await refusal(await as('pi'), restore, { id: other.id })).toMatchObject({ type: 'resource.missing' });
  await call(await as('pi'), remove, { id });
  expect(await call(await as('pi'), restore, { id })).toMatchObject({ restricted: true });
  expect(await sees(await as('engineer'), id)).toBe(false);
});

test('the audit trail has who was shown it before and after, and who was refused', async () => {
  const { id, version } = await aRestrictedProject('technician');
  const technician = { id: await idOf('technician'), name: expect.any(String) };
  await call(await as('pi'), restrict, { id, version, restricted: false });
  await refusal(await as('technician'), restrict, { id, version: 2, restricted: true });
  const trail = async () => (await call(await as('admin'), auditEndpoints.list, { record: id })).items;
  await expect.poll(async () => (await trail()).length).toBe(4);
  const [refused, opened, closed] = await trail();
  expect(refused).toMatchObject({ action: 'project.restrict', outcome: 'refused', by: { id: technician.id } });
  expect(opened).toMatchObject({ before: { restricted: true }, after: { restricted: false, people: [] } });
  expect(closed).toMatchObject({ action: 'project.restrict', before: { restricted: false, people: [] } });
  expect(closed?.after?.['people']).toContainEqual(technician);
});

test('a key sees what its maker sees at that moment', async () => {
  const lab = laboratory(app);
  const { secret } = await call(await as('engineer'), identityEndpoints.createToken, {
    name: 'Script',
    scopes: ['read'],
  });
  const script: Caller = {
    send: (method, path) =>
      fetch(new URL(path, app.origin), { method, headers: { authorization: `Bearer ${secret}` } }),
  };
  const machine = await lab.aMachine();
  const { id: runId, projectId: id } = await lab.aRunningRun();
  await call(script, runEndpoints.get, { id: runId });
  const pi = await as('pi');
  await call(pi, restrict, { id, version: 0, restricted: true });
  expect(await refusal(script, runEndpoints.get, { id: runId })).toMatchObject({ type: 'resource.missing' });
  // Keys of the organisation are made by administrators, who see all of it.
  await record(machine, runId, measured([1]));
  await call(pi, restrict, { id, version: 1, restricted: true, people: [await idOf('engineer')] });
  await call(script, runEndpoints.get, { id: runId });

  // The same key, whose maker is no administrator any more: it does no more than they do.
  const adminId = await idOf('admin');
  const memberships = app.connection.collection('memberships');
  await memberships.updateOne({ personId: adminId }, { $set: { role: 'pi' } });
  const batch = { id: runId, batch: 'late', events: measured([2]) };
  expect(await refusal(machine, runEndpoints.record, batch)).toMatchObject({ type: 'resource.missing' });
  await call(pi, restrict, { id, version: 2, restricted: false });
  await call(machine, runEndpoints.record, batch);
  await memberships.updateOne({ personId: adminId }, { $set: { role: 'admin' } });
});

test('a name that a hidden project has is taken', async () => {
  const { id } = await aRestrictedProject();
  const { name } = await call(await as('pi'), get, { id });
  const taken = await refusal(await as('engineer'), create, { name });
  expect(taken).toMatchObject({ type: 'name.taken', errors: [{ pointer: '/name' }] });
});

test('a role reaches what it sees at once, and who loses theirs loses it', async () => {
  const admin = await as('admin');
  const { id } = await laboratory(app).aProject();
  await call(admin, restrict, { id, version: 0, restricted: true });
  const viewer = await as('viewer');
  const who = { id: await idOf('viewer') };
  expect(await sees(viewer, id)).toBe(false);
  await call(admin, identityEndpoints.setRole, { ...who, was: 'viewer', role: 'admin' });
  expect(await sees(viewer, id)).toBe(true);
  await call(admin, identityEndpoints.setRole, { ...who, was: 'admin', role: 'viewer' });
  expect(await sees(viewer, id)).toBe(false);
});
