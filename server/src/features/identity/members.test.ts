import type { Role } from '@cobench/shared/access/roles';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints, type Member } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { bodyField, closeCode } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Agent } from '../../../test/agent.ts';
import { signInAs, startBadProvider, type BadProvider } from '../../../test/bad-provider.ts';
import { call, refusal } from '../../../test/call.ts';
import { entryTab } from '../../../test/collab/entry-tab.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { openLive } from '../../../test/live-client.ts';

const { setRole, disableMember, enableMember, members, me } = identityEndpoints;

describe('on everything that is open', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const memberNamed = async (admin: Agent, agent: Agent): Promise<Member> => {
    const { id } = await call(agent, me, {});
    return (await call(admin, members, {})).items.find((member) => member.id === id)!;
  };

  test('[PE1] a lower role reaches an open entry within two seconds: what is written after it is refused', async () => {
    const [admin, engineer] = [await app.as('admin@acme.test'), await app.as('engineer@acme.test')];
    const { id: projectId } = await laboratory(app).aProject();
    const entry = await call(engineer, notebookEndpoints.create, { projectId, title: 'E' });
    const tab = await entryTab(engineer, entry.id);
    const codes: number[] = [];
    tab.on('connection-close', (event) => codes.push(event?.code ?? 0));
    const who = await memberNamed(admin, engineer);
    const changed = await call(admin, setRole, { id: who.id, was: 'engineer', role: 'viewer' });
    expect(changed).toMatchObject({ role: 'viewer', claimedRole: 'engineer' });
    const lowered = performance.now();
    tab.doc.getXmlFragment(bodyField).insert(0, [new Y.XmlElement('paragraph')]);
    await expect.poll(() => codes, { interval: 5 }).toEqual([closeCode.notAllowed]);
    expect(performance.now() - lowered).toBeLessThan(2000);
    expect(await refusal(engineer, notebookEndpoints.remove, { id: entry.id })).toMatchObject({ status: 403 });
    await call(admin, setRole, { id: who.id, was: 'viewer', role: 'engineer' });
    await call(engineer, notebookEndpoints.remove, { id: entry.id });
  });

  test('[PE2] who is disabled is out of every socket, session and key at once, and comes in again when enabled', async () => {
    const [admin, technician] = [await app.as('admin@acme.test'), await app.signIn('technician@acme.test')];
    const { id: projectId } = await laboratory(app).aProject();
    const entry = await call(await app.as('engineer@acme.test'), notebookEndpoints.create, { projectId, title: 'E' });
    const [tab, live] = [await entryTab(technician, entry.id), await openLive(technician)];
    const codes: number[] = [];
    tab.on('connection-close', (event) => codes.push(event?.code ?? 0));
    const who = await memberNamed(admin, technician);
    expect(await call(admin, disableMember, { id: who.id })).toMatchObject({ disabledAt: expect.any(String) });
    await expect.poll(() => codes[0]).toBe(closeCode.signedOut);
    await live.until('session.ended', (told) => told.length > 0);
    expect((await technician.get('/api/v1/me')).status).toBe(401);
    await expect(app.signIn('technician@acme.test')).rejects.toThrow('no-membership');
    const refused = { action: 'session.begin', outcome: 'refused', person: who.id } as const;
    await expect
      .poll(async () => (await call(admin, auditEndpoints.list, refused)).items)
      .toMatchObject([{ reason: 'The person is disabled.' }]);

    expect(await call(admin, enableMember, { id: who.id })).toMatchObject({ disabledAt: null, role: 'technician' });
    // What was open does not open again.
    expect((await technician.get('/api/v1/me')).status).toBe(401);
    expect((await (await app.signIn('technician@acme.test')).get('/api/v1/me')).status).toBe(200);
    live.close();
  });

  test('[PE3] an organisation keeps an administrator, also where two dismiss each other at once', async () => {
    const [admin, pi] = [await app.as('admin@borealis.test'), await app.as('pi@borealis.test')];
    const [first, second] = [await memberNamed(admin, admin), await memberNamed(admin, pi)];
    const last = { type: 'state.conflict', detail: expect.stringContaining('last administrator') };
    expect(await refusal(admin, setRole, { id: first.id, was: 'admin', role: 'pi' })).toMatchObject(last);
    expect(await refusal(admin, disableMember, { id: first.id })).toMatchObject({ type: 'state.conflict' });

    await call(admin, setRole, { id: second.id, was: 'pi', role: 'admin' });
    const outcomes = await Promise.allSettled([
      call(admin, setRole, { id: second.id, was: 'admin', role: 'viewer' }),
      call(pi, setRole, { id: first.id, was: 'admin', role: 'viewer' }),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const roles = [await memberNamed(admin, admin), await memberNamed(admin, pi)].map(({ role }) => role);
    expect(roles.toSorted()).toEqual(['admin', 'viewer']);
  });

  test('a role that somebody else changed meanwhile is not overwritten', async () => {
    const [admin, viewer] = [await app.as('admin@acme.test'), await app.as('viewer@acme.test')];
    const { id } = await memberNamed(admin, viewer);
    const stale = { id, was: 'pi', role: 'technician' } as const;
    expect(await refusal(admin, setRole, stale)).toMatchObject({ type: 'edit.conflict', status: 409 });
    expect(await memberNamed(admin, viewer)).toMatchObject({ role: 'viewer' });
    expect(await refusal(admin, setRole, { ...stale, role: 'owner' })).toMatchObject({ status: 400 });
  });
});

describe('what the provider says at the next sign-in', () => {
  let provider: BadProvider;
  let app: IdentityApp;
  beforeAll(async () => {
    provider = await startBadProvider();
    app = await startIdentityApp({ issuer: provider.issuer });
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });
  const signIn = (sub: string, role: Role) =>
    signInAs(new Agent(app.origin), provider, { sub, groups: [`cobench:acme:${role}`] });
  const roleOf = async (agent: Agent): Promise<Role> => (await call(agent, me, {})).role;

  test('[PE4] a role that was given here holds while the provider says what it said, and gives way when it says another', async () => {
    const admin = await signIn('boss', 'admin');
    const ada = await signIn('ada', 'engineer');
    const { id } = await call(ada, me, {});
    await call(admin, setRole, { id, was: 'engineer', role: 'viewer' });
    expect(await roleOf(ada)).toBe('viewer');
    expect(await roleOf(await signIn('ada', 'engineer'))).toBe('viewer');
    expect(await roleOf(await signIn('ada', 'technician'))).toBe('technician');
    expect(await roleOf(await signIn('ada', 'engineer'))).toBe('engineer');
  });

  test('who is disabled stays so, also where the provider names the organisation not, and then again', async () => {
    const admin = await signIn('boss', 'admin');
    const { id } = await call(await signIn('mallory', 'pi'), me, {});
    await call(admin, setRole, { id, was: 'pi', role: 'viewer' });
    await call(admin, disableMember, { id });
    for (const groups of [['cobench:elsewhere:viewer'], [], ['cobench:acme:pi']]) {
      await signInAs(new Agent(app.origin), provider, { sub: 'mallory', groups }).catch(() => null);
    }
    const [mallory] = (await call(admin, members, {})).items.filter((member) => member.id === id);
    expect(mallory).toMatchObject({ role: 'viewer', disabledAt: expect.any(String) });
  });

  test('a role that is lowered while its person signs in stays lowered', async () => {
    const admin = await signIn('boss', 'admin');
    const grace = await signIn('grace', 'pi');
    const { id, organisation } = await call(grace, me, {});
    // Nobody else writes while something is being written; both have looked at what was there before.
    const busy = Promise.withResolvers<null>();
    const by = { orgId: organisation.id, outside: 'operator', name: 'Busy' } as const;
    const held = app.trail.record(by, 'project.create', { change: () => busy.promise });
    const looks = vi.spyOn(app.store.memberships, 'findAny');
    const lowering = call(admin, setRole, { id, was: 'pi', role: 'viewer' });
    await vi.waitUntil(() => looks.mock.settledResults.length === 1);
    // A new name makes the sign-in write the place, too.
    const groups = ['cobench:acme:pi'];
    provider.twist = { claims: (claims) => ({ ...claims, sub: 'grace', groups, name: 'Grace again' }) };
    const signingIn = new Agent(app.origin).follow('/auth/sign-in');
    await vi.waitUntil(() => looks.mock.settledResults.filter(({ type }) => type === 'fulfilled').length === 2);
    looks.mockRestore();
    busy.resolve(null);
    await Promise.all([held, lowering, signingIn]);
    expect(await call(grace, me, {})).toMatchObject({ role: 'viewer', name: 'Grace again' });
  });

  test('a place that an invitation gave stays, also where the provider names it, and then nothing any more', async () => {
    const ada = await call(await signIn('guest', 'viewer'), me, {});
    const { id: orgId } = await app.identity.ensureOrganisation({ slug: 'hosts' });
    const { name, email } = ada;
    await app.identity.addMember({ orgId, personId: ada.id, name, email, role: 'technician' });
    const rolesAfter = async (groups: string[]) => {
      const agent = await signInAs(new Agent(app.origin), provider, { sub: 'guest', groups });
      const { memberships } = await call(agent, me, {});
      return memberships.map(({ organisation, role }) => `${organisation.slug} ${role}`).toSorted();
    };
    expect(await rolesAfter(['cobench:acme:viewer'])).toEqual(['acme viewer', 'hosts technician']);
    expect(await rolesAfter(['cobench:hosts:pi'])).toEqual(['hosts pi']);
    expect(await rolesAfter([])).toEqual(['hosts pi']);
  });

  test('who is disabled stays so, whatever role the provider names', async () => {
    const admin = await signIn('boss', 'admin');
    const { id } = await call(await signIn('eve', 'viewer'), me, {});
    await call(admin, disableMember, { id });
    const back = await signInAs(new Agent(app.origin), provider, { sub: 'eve', groups: ['cobench:acme:admin'] }).catch(
      () => null,
    );
    expect(await back?.get('/api/v1/me').then(({ status }) => status)).not.toBe(200);
  });
});
