import { ApiKey, Me, Member } from '@cobench/shared/identity/identity';
import { pageOf } from '@cobench/shared/page';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { signInAs, startBadProvider, type BadProvider } from '../../../test/bad-provider.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

const meOf = async (agent: Agent) => Me.parse(await (await agent.get('/api/v1/me')).json());
const statusOf = async (agent: Agent, path = '/api/v1/me') => (await agent.get(path)).status;
const placesOf = ({ memberships }: Me) => memberships.map(({ organisation, role }) => `${organisation.slug} ${role}`);

/** A websocket's opening request with this browser's cookies. */
function handshake(agent: Agent): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  return Object.assign(message, { url: '/live/', headers: { cookie: agent.cookie() } });
}

describe('claims', () => {
  let provider: BadProvider;
  let app: IdentityApp;
  let hours = 0;
  beforeAll(async () => {
    provider = await startBadProvider();
    app = await startIdentityApp({ issuer: provider.issuer, now: () => new Date(Date.now() + hours * 3_600_000) });
  });
  afterEach(() => {
    app.published.length = 0;
    hours = 0;
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  let people = 0;
  const aPerson = () => `person-${++people}`;

  const signIn = (sub: string, groups: string[], agent = new Agent(app.origin)) =>
    signInAs(agent, provider, { sub, groups });

  async function sessionOf(agent: Agent) {
    const actor = await app.identity.authenticate(handshake(agent));
    if (actor?.via.kind !== 'session') throw new Error('not signed in');
    return { sessionId: actor.via.sessionId, orgId: actor.orgId, personId: actor.personId };
  }

  type SessionOf = Awaited<ReturnType<typeof sessionOf>>;
  const refreshed = async ({ orgId, sessionId }: SessionOf) =>
    (await app.identity.sessions.refresh(orgId, [sessionId])).get(sessionId);

  test('make a person of issuer and subject, never of an e-mail address', async () => {
    const [one, two] = [await signIn(aPerson(), ['cobench:acme:pi']), await signIn(aPerson(), ['cobench:acme:pi'])];
    const [first, second] = [await meOf(one), await meOf(two)];
    expect(first.email).toBe(second.email);
    expect(first.id).not.toBe(second.id);
  });

  test('renew name and role at each sign-in; other sessions have the new role at once', async () => {
    const sub = aPerson();
    const elsewhere = await signIn(sub, ['cobench:acme:admin']);
    const { id, organisation } = await meOf(elsewhere);
    expect(await statusOf(elsewhere, '/api/v1/probe/api-key.manage')).toBe(200);

    const agent = await signIn(sub, ['cobench:acme:viewer']);
    expect(await meOf(agent)).toMatchObject({ id, role: 'viewer' });
    expect(await statusOf(elsewhere, '/api/v1/probe/api-key.manage')).toBe(403);
    expect(app.published).toEqual([{ type: 'membership.changed', orgId: organisation.id, personId: id }]);
  });

  test('end memberships they no longer name; who worked there finds themselves elsewhere', async () => {
    const sub = aPerson();
    const elsewhere = await signIn(sub, ['cobench:acme:pi', 'cobench:borealis:engineer']);
    const before = await meOf(elsewhere);
    expect(before.organisation.slug).toBe('acme');

    await signIn(sub, ['cobench:borealis:engineer']);
    const after = await meOf(elsewhere);
    expect(placesOf(after)).toEqual(['borealis engineer']);
    expect(after.organisation.slug).toBe('borealis');
    expect(app.published).toEqual([{ type: 'membership.changed', orgId: before.organisation.id, personId: before.id }]);
  });

  test('that name nothing end everything', async () => {
    const sub = aPerson();
    const elsewhere = await signIn(sub, ['cobench:acme:pi']);
    const agent = await signIn(sub, []);
    expect([await statusOf(agent), await statusOf(elsewhere)]).toEqual([401, 401]);
  });

  test('of one new organisation that come at once make one', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => app.identity.ensureOrganisation({ slug: 'new-lab', name: 'New Lab' })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made[0]).toMatchObject({ slug: 'new-lab', name: 'New Lab' });
  });

  test('of one new person that come at once make one', async () => {
    const profile = { realm: 'r', subject: aPerson(), name: 'Ada', email: '' };
    const memberships = [{ organisation: { slug: 'acme' }, role: 'viewer' as const }];
    const made = await Promise.all(
      Array.from({ length: 5 }, () => app.identity.provision({ ...profile, memberships })),
    );
    expect(new Set(made.map((one) => one?.personId)).size).toBe(1);
    const names = await app.identity.namesOf(made.flatMap((one) => one?.personId ?? []));
    expect([...names.values()]).toEqual(['Ada']);
  });

  test('of two organisations let one switch between them, in this session only', async () => {
    const sub = aPerson();
    const groups = ['cobench:acme:pi', 'cobench:borealis:viewer'];
    const [agent, elsewhere] = [await signIn(sub, groups), await signIn(sub, groups)];
    const { memberships } = await meOf(agent);
    const borealis = memberships.find(({ organisation }) => organisation.slug === 'borealis')?.organisation;
    const answer = await agent.post('/api/v1/me/organisation', { organisationId: borealis?.id });
    expect(Me.parse(await answer.json())).toMatchObject({ organisation: borealis, role: 'viewer' });
    expect((await meOf(agent)).organisation).toEqual(borealis);
    expect((await meOf(elsewhere)).organisation.slug).toBe('acme');
  });

  test('do not let one switch to an organisation of others', async () => {
    const agent = await signIn(aPerson(), ['cobench:acme:pi']);
    const foreign = await app.identity.ensureOrganisation({ slug: 'foreign' });
    const answers = await Promise.all(
      [foreign.id, '01890000-0000-7000-8000-000000000000'].map(async (organisationId) => {
        const answer = await agent.post('/api/v1/me/organisation', { organisationId });
        const { instance: _instance, ...problem } = (await answer.json()) as Record<string, unknown>;
        return problem;
      }),
    );
    expect(answers[0]).toMatchObject({ status: 404 });
    expect(answers[1]).toEqual(answers[0]);
  });

  test('last for a day, however busy the session is', async () => {
    const agent = await signIn(aPerson(), ['cobench:acme:pi']);
    const { sessionId } = await sessionOf(agent);
    hours = 23.9;
    expect(await statusOf(agent)).toBe(200);
    hours = 24.1;
    expect(await statusOf(agent)).toBe(401);
    expect(app.published).toEqual([{ type: 'sessions.ended', sessionIds: [sessionId] }]);
  });

  test('are forgotten when the session has been idle for eight hours; its sockets are told', async () => {
    const agent = await signIn(aPerson(), ['cobench:acme:pi']);
    const session = await sessionOf(agent);
    expect(await app.identity.sessions.endExpired()).toBe(0);
    hours = 8.1;
    expect(await refreshed(session)).toBeUndefined();
    expect(await app.identity.sessions.endExpired()).toBeGreaterThanOrEqual(1);
    expect(app.published.flatMap((event) => (event.type === 'sessions.ended' ? event.sessionIds : []))).toContain(
      session.sessionId,
    );
    hours = 0;
    expect(await statusOf(agent)).toBe(401);
  });

  test('are told apart where many are asked about at once', async () => {
    const pi = await signIn(aPerson(), ['cobench:acme:pi']);
    const viewer = await signIn(aPerson(), ['cobench:acme:viewer']);
    const gone = await signIn(aPerson(), ['cobench:acme:pi']);
    const sessions = await Promise.all([pi, viewer, gone].map(sessionOf));
    await gone.post('/auth/sign-out');
    const ids = sessions.map(({ sessionId }) => sessionId);
    const found = await app.identity.sessions.refresh(sessions[0]?.orgId ?? '', ids);
    expect(ids.map((id) => found.get(id)?.role)).toEqual(['pi', 'viewer', undefined]);
    const [first, second] = sessions.map(({ orgId, personId }) => ({ orgId, personId }));
    expect(ids.map((id) => found.get(id))).toMatchObject([first, second, undefined]);
    // In an organisation that none of them belongs to they are nobody.
    expect(await app.identity.sessions.refresh('another', ids)).toEqual(new Map());
  });

  test('give long-lived connections the role of this moment', async () => {
    const sub = aPerson();
    const agent = await signIn(sub, ['cobench:acme:pi', 'cobench:borealis:pi']);
    const opening = handshake(agent);
    const session = await sessionOf(agent);
    const role = async () => (await refreshed(session))?.role;
    expect(await role()).toBe('pi');
    await signIn(sub, ['cobench:acme:viewer', 'cobench:borealis:pi']);
    expect(await role()).toBe('viewer');
    expect(await app.identity.authenticate(opening)).toMatchObject({ role: 'viewer', orgId: session.orgId });
    await signIn(sub, ['cobench:borealis:pi']);
    expect(await role()).toBeUndefined();
    expect((await app.identity.authenticate(opening))?.orgId).not.toBe(session.orgId);
    await agent.post('/auth/sign-out');
    expect(await app.identity.authenticate(opening)).toBeNull();
  });
});

describe('the demo organisations', () => {
  let app: IdentityApp;
  let hours = 0;
  beforeAll(async () => {
    app = await startIdentityApp({ now: () => new Date(Date.now() + hours * 3_600_000) });
  });
  afterEach(() => {
    hours = 0;
  });
  afterAll(() => app.close());
  const as = (email: string) => new Agent(app.origin).signIn(email);

  test('a websocket is known by its session, and by nothing else', async () => {
    const agent = await as('pi@acme.test');
    const { id, name, organisation, role } = await meOf(agent);
    expect(await app.identity.authenticate(handshake(agent))).toMatchObject({
      personId: id,
      name,
      orgId: organisation.id,
      role,
      via: { kind: 'session' },
    });
    expect(await app.identity.authenticate(handshake(new Agent(app.origin)))).toBeNull();
  });

  test.each(['/api/v1/me', '/api/v1/members', '/api/v1/api-keys'])('%s is for the signed-in', async (path) => {
    expect(await statusOf(new Agent(app.origin), path)).toBe(401);
  });

  const Members = pageOf(Member);
  const Keys = pageOf(ApiKey);

  test('members are those of one’s own organisation, by name, page by page', async () => {
    const emails = ['admin@acme.test', 'pi@acme.test', 'viewer@acme.test'];
    for (const email of [...emails, 'admin@borealis.test']) await as(email);
    const viewer = await as('viewer@acme.test');
    const first = Members.parse(await (await viewer.get('/api/v1/members?limit=2')).json());
    const rest = Members.parse(await (await viewer.get(`/api/v1/members?cursor=${first.nextCursor}`)).json());
    const members = [...first.items, ...rest.items];
    expect(members.map(({ name }) => name)).toEqual(members.map(({ name }) => name).toSorted());
    expect(members.map(({ email }) => email)).toEqual(expect.arrayContaining(emails));
    expect(members.every(({ email }) => email.endsWith('@acme.test'))).toBe(true);
    expect(members.find(({ role }) => role === 'viewer')?.lastSeenAt).not.toBeNull();
    expect((await viewer.get('/api/v1/members?cursor=forged')).status).toBe(400);
  });

  describe('an API key', () => {
    const Created = ApiKey.extend({ secret: ApiKey.shape.name });
    const create = async (admin: Agent, name = 'Furnace 2') =>
      Created.parse(await (await admin.post('/api/v1/api-keys', { name, expiresInDays: 30 })).json());
    const withKey = (secret: string, path: string, headers: Record<string, string> = {}) =>
      fetch(app.origin + path, { headers: { authorization: `Bearer ${secret}`, ...headers } });
    const ingest = '/api/v1/probe/run.ingest';

    test('ingests, as a technician of its name, and does nothing else', async () => {
      const admin = await as('admin@acme.test');
      const { secret, prefix, id } = await create(admin);
      expect(secret).toMatch(/^cbk_[\w-]{8}_[\w-]{43}$/);
      expect(secret.startsWith(`${prefix}_`)).toBe(true);
      const me = await meOf(admin);
      expect(await (await withKey(secret, ingest)).json()).toEqual({
        personId: me.id,
        name: 'Furnace 2',
        orgId: me.organisation.id,
        role: 'technician',
        via: { kind: 'key', keyId: id, actions: ['run.ingest', 'series.record'] },
      });
      const others = ['probe/run.read', 'probe/run.create', 'probe/api-key.manage', 'me', 'members', 'api-keys'];
      const statuses = await Promise.all(others.map(async (path) => (await withKey(secret, `/api/v1/${path}`)).status));
      expect(statuses).toEqual(others.map(() => 403));
    });

    test('alone decides, whatever cookie comes along', async () => {
      const admin = await as('admin@acme.test');
      const { secret } = await create(admin);
      const headers = { cookie: admin.cookie() };
      expect((await withKey(secret, '/api/v1/api-keys', headers)).status).toBe(403);
      expect((await withKey('cbk_wrong', '/api/v1/api-keys', headers)).status).toBe(401);
    });

    test('is shown once and kept as a hash', async () => {
      const admin = await as('admin@acme.test');
      const { secret, ...key } = await create(admin, 'Seen once');
      const { items } = Keys.parse(await (await admin.get('/api/v1/api-keys')).json());
      expect(items[0]).toEqual(key);
      const kept = JSON.stringify(await app.store.apiKeys.findByPrefix(key.prefix));
      expect(kept).not.toContain(secret.slice(-43));
    });

    test('is nothing when a character of it is wrong', async () => {
      const { secret } = await create(await as('admin@acme.test'));
      const last = secret.endsWith('A') ? 'E' : 'A';
      for (const wrong of [secret.slice(0, -1) + last, `${secret}A`, secret.slice(0, -1), secret.toUpperCase(), '']) {
        expect((await withKey(wrong, ingest)).status).toBe(401);
      }
    });

    test('ends at once when it is revoked', async () => {
      const admin = await as('admin@acme.test');
      const { secret, id } = await create(admin);
      const revoked = ApiKey.parse(await (await admin.post(`/api/v1/api-keys/${id}/revoke`, {})).json());
      expect(revoked.revokedAt).not.toBeNull();
      expect((await withKey(secret, ingest)).status).toBe(401);
      const again = ApiKey.parse(await (await admin.post(`/api/v1/api-keys/${id}/revoke`, {})).json());
      expect(again).toEqual(revoked);
    });

    test('ends when its time is up', async () => {
      const { secret } = await create(await as('admin@acme.test'));
      hours = 30 * 24 - 1;
      expect((await withKey(secret, ingest)).status).toBe(200);
      hours = 30 * 24 + 1;
      expect((await withKey(secret, ingest)).status).toBe(401);
    });

    test('may never do what its maker may not do now', async () => {
      const provision = (role: 'admin' | 'technician' | 'viewer') =>
        app.identity.provision({
          realm: 'elsewhere',
          subject: 'maker',
          name: 'Maker',
          email: '',
          memberships: [{ organisation: { slug: 'acme-labs' }, role }],
        });
      const maker = await provision('admin');
      const actor = { personId: String(maker?.personId), name: 'Maker', orgId: String(maker?.orgIds[0]) };
      const via = { kind: 'session' as const, sessionId: '' };
      const { secret } = await app.identity.keys.create(
        { ...actor, hidden: new Set(), role: 'admin', via },
        { name: 'x', expiresInDays: 1 },
      );
      const status = async () => (await withKey(secret, ingest)).status;
      expect(await status()).toBe(200);
      await provision('technician');
      expect(await status()).toBe(200);
      await provision('viewer');
      expect(await status()).toBe(401);
    });

    test('remembers when it was used, to the minute', async () => {
      const { secret, prefix } = await create(await as('admin@acme.test'));
      const lastUsed = async () => (await app.store.apiKeys.findByPrefix(prefix))?.lastUsedAt;
      expect(await lastUsed()).toBeNull();
      await withKey(secret, ingest);
      const first = await lastUsed();
      expect(first).not.toBeNull();
      await withKey(secret, ingest);
      expect(await lastUsed()).toBe(first);
      hours = 0.1;
      await withKey(secret, ingest);
      expect(await lastUsed()).not.toBe(first);
    });

    test('is for administrators to make', async () => {
      const pi = await as('pi@acme.test');
      const { status } = await pi.post('/api/v1/api-keys', { name: 'x', expiresInDays: 1 });
      expect([status, await statusOf(pi, '/api/v1/api-keys')]).toEqual([403, 403]);
    });

    test.each([
      {},
      { name: '' },
      { name: 'x', expiresInDays: 0 },
      { name: 'x', expiresInDays: 366 },
      { name: 'x', orgId: 'y' },
    ])('is not made of %j', async (body) => {
      const admin = await as('admin@acme.test');
      const answer = await admin.post('/api/v1/api-keys', body);
      expect(answer.status).toBe(400);
    });

    test('of another organisation does not exist', async () => {
      const [acme, borealis] = [await as('admin@acme.test'), await as('admin@borealis.test')];
      const { id, secret } = await create(acme);
      const { items } = Keys.parse(await (await borealis.get('/api/v1/api-keys')).json());
      expect(items.map((key) => key.id)).not.toContain(id);
      const answers = await Promise.all(
        [id, '01890000-0000-7000-8000-000000000000'].map(async (one) => {
          const answer = await borealis.post(`/api/v1/api-keys/${one}/revoke`, {});
          const { instance: _instance, ...problem } = (await answer.json()) as Record<string, unknown>;
          return problem;
        }),
      );
      expect(answers[0]).toMatchObject({ status: 404 });
      expect(answers[1]).toEqual(answers[0]);
      expect((await withKey(secret, ingest)).status).toBe(200);
    });
  });
});
