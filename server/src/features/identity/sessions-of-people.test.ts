import { identityEndpoints, type Session } from '@cobench/shared/identity/identity';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { signInAs, startBadProvider, type BadProvider } from '../../../test/bad-provider.ts';
import { call, refusal } from '../../../test/call.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const hour = 3_600_000;

let provider: BadProvider;
let app: IdentityApp;
let hours = 0;
beforeAll(async () => {
  provider = await startBadProvider();
  app = await startIdentityApp({ issuer: provider.issuer, now: () => new Date(Date.now() + hours * hour) });
});
afterEach(() => {
  app.published.length = 0;
  hours = 0;
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

const signIn = (sub: string, groups: string[]) => signInAs(new Agent(app.origin, firefox), provider, { sub, groups });

const sessionsOf = async (agent: Agent): Promise<Session[]> =>
  (await call(agent, identityEndpoints.sessions, {})).items;
const idOf = async (agent: Agent): Promise<string> => (await call(agent, identityEndpoints.me, {})).id;
const isSignedIn = async (agent: Agent): Promise<boolean> => (await agent.get('/api/v1/me')).status === 200;
const thisOne = (sessions: readonly Session[]): Session => sessions.find(({ isThis }) => isThis)!;

test('one sees where one is signed in: with what, from where, and which is this one', async () => {
  const [here] = [await signIn('ada', ['cobench:acme:pi']), await signIn('ada', ['cobench:acme:pi'])];
  await signIn('somebody else', ['cobench:acme:pi']);
  const sessions = await sessionsOf(here);
  expect(sessions).toHaveLength(2);
  expect(sessions.filter(({ isThis }) => isThis)).toHaveLength(1);
  for (const { device, address, signedInAt } of sessions) {
    expect(device).toBe('Firefox on Linux');
    expect(address).toMatch(/127\.0\.0\.1|^::1$/);
    expect(Math.abs(Date.now() - Date.parse(signedInAt))).toBeLessThan(60_000);
  }
});

test('what is listed opens nothing: no cookie can be made of it', async () => {
  const agent = await signIn('grace', ['cobench:acme:pi']);
  const [session] = await sessionsOf(agent);
  const thief = new Agent(app.origin);
  thief.setCookie('cobench.sid', `s:${session?.id}.`);
  expect(await isSignedIn(thief)).toBe(false);
});

test('one that is over is not listed, though nobody has cleared it away yet', async () => {
  hours = -24.1;
  await signIn('emmy', ['cobench:acme:pi']);
  hours = 0;
  const here = await signIn('emmy', ['cobench:acme:pi']);
  expect((await sessionsOf(here)).map(({ isThis }) => isThis)).toEqual([true]);
});

test('one ends a session of one’s own, and its sockets are told', async () => {
  const [here, there] = [await signIn('lise', ['cobench:acme:pi']), await signIn('lise', ['cobench:acme:pi'])];
  const { id } = thisOne(await sessionsOf(there));
  expect(await call(here, identityEndpoints.endSession, { session: id })).toEqual({ ended: 1 });
  expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false]);
  expect(app.published).toEqual([{ type: 'sessions.ended', sessionIds: [id] }]);
  expect(await refusal(here, identityEndpoints.endSession, { session: id })).toMatchObject({ status: 404 });
});

test('the session of somebody else does not exist, for an administrator either', async () => {
  const victim = await signIn('rosalind', ['cobench:acme:viewer']);
  const admin = await signIn('root', ['cobench:acme:admin']);
  const { id } = thisOne(await sessionsOf(victim));
  const foreign = await refusal(admin, identityEndpoints.endSession, { session: id });
  const unknown = await refusal(admin, identityEndpoints.endSession, { session: 'x'.repeat(43) });
  expect(foreign).toMatchObject({ status: 404, type: 'resource.missing' });
  expect({ ...foreign, instance: '' }).toEqual({ ...unknown, instance: '' });
  expect(await isSignedIn(victim)).toBe(true);
});

test('an administrator signs a member out here, and not where they work for others', async () => {
  const groups = ['cobench:acme:engineer', 'cobench:borealis:engineer'];
  const [here, elsewhere] = [await signIn('marie', groups), await signIn('marie', groups)];
  const { memberships } = await call(elsewhere, identityEndpoints.me, {});
  const borealis = memberships.find(({ organisation }) => organisation.slug === 'borealis')!.organisation;
  await call(elsewhere, identityEndpoints.switchOrganisation, { organisationId: borealis.id });
  const admin = await signIn('root', ['cobench:acme:admin']);
  expect(await call(admin, identityEndpoints.endMemberSessions, { id: await idOf(here) })).toEqual({ ended: 1 });
  expect([await isSignedIn(here), await isSignedIn(elsewhere)]).toEqual([false, true]);
});

test('people are found by a part of their name or address, taken as it is written', async () => {
  const agent = await signIn('chien-shiung', ['cobench:acme:pi']);
  const found = async (q: string) =>
    (await call(agent, identityEndpoints.members, { q })).items.map(({ name }) => name);
  expect(await found('CHIEN-sh')).toEqual(['Name of chien-shiung']);
  expect(await found('.*')).toEqual([]);
});

const { memberSessions, endMemberSession } = identityEndpoints;

test('an administrator sees who is signed in to the organisation, page by page, and nobody who works elsewhere', async () => {
  const admin = await signIn('dorothy', ['cobench:lab:admin']);
  const [one, two] = [await signIn('max', ['cobench:lab:viewer']), await signIn('max', ['cobench:lab:viewer'])];
  await signIn('stranger', ['cobench:other:viewer']);
  const first = await call(admin, memberSessions, { limit: 2 });
  const rest = await call(admin, memberSessions, { limit: 2, cursor: String(first.nextCursor) });
  const all = [...first.items, ...rest.items];
  expect(all.map(({ person }) => person.name).toSorted()).toEqual(['Name of dorothy', 'Name of max', 'Name of max']);
  expect(all.filter(({ isThis }) => isThis)).toHaveLength(1);
  expect(rest.nextCursor).toBeNull();
  const { items } = await call(admin, memberSessions, { person: await idOf(one) });
  const theirs = [thisOne(await sessionsOf(one)), thisOne(await sessionsOf(two))];
  expect(items.map(({ id }) => id).toSorted()).toEqual(theirs.map(({ id }) => id).toSorted());
});

test('an administrator ends one of them, and none that works in another organisation', async () => {
  const admin = await signIn('dorothy', ['cobench:lab:admin']);
  const [one, two] = [await signIn('niels', ['cobench:lab:viewer']), await signIn('niels', ['cobench:lab:viewer'])];
  const stranger = await signIn('stranger', ['cobench:other:viewer']);
  const session = thisOne(await sessionsOf(one)).id;
  expect(await call(admin, endMemberSession, { session })).toEqual({ ended: 1 });
  expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([false, true]);
  const foreign = await refusal(admin, endMemberSession, { session: thisOne(await sessionsOf(stranger)).id });
  const unknown = await refusal(admin, endMemberSession, { session });
  expect(foreign).toMatchObject({ status: 404, type: 'resource.missing' });
  expect({ ...foreign, instance: '' }).toEqual({ ...unknown, instance: '' });
  expect(await isSignedIn(stranger)).toBe(true);
});
