import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { startBadProvider, type BadProvider, type Claims } from '../../../test/bad-provider.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

const isSignedIn = async (agent: Agent) => (await agent.get('/api/v1/me')).status === 200;
const endedSessions = ({ published }: IdentityApp) =>
  published.flatMap((event) => (event.type === 'sessions.ended' ? event.sessionIds : []));

async function sessionOf(agent: Agent): Promise<string> {
  const { via } = (await (await agent.get('/api/v1/probe/organisation.read')).json()) as { via: { sessionId: string } };
  return via.sessionId;
}

describe('with the embedded provider', () => {
  let app: IdentityApp;
  beforeAll(async () => {
    app = await startIdentityApp();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    app.published.length = 0;
  });
  const aBrowser = () => new Agent(app.origin);

  /** Presses the button of the provider's sign-out page. */
  async function confirm(agent: Agent, page: string) {
    const action = String(/action="([^"]+)"/.exec(page)?.[1]);
    const xsrf = String(/name="xsrf" value="([^"]+)"/.exec(page)?.[1]);
    return agent.follow(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) });
  }

  async function signOut(agent: Agent) {
    const { redirect } = (await (await agent.post('/auth/sign-out')).json()) as { redirect: string };
    const response = await agent.get(redirect);
    return { redirect, response, page: await response.text() };
  }

  test('signing out ends the session here and there', async () => {
    const agent = await aBrowser().signIn('pi@acme.test');
    const session = await sessionOf(agent);
    // The provider knows them: signing in again takes no password.
    expect((await agent.follow('/auth/sign-in')).url.pathname).toBe('/');
    const again = await sessionOf(agent);

    const { page, redirect } = await signOut(agent);
    expect(redirect).toMatch(new RegExp(`^${app.origin}/idp/session/end\\?id_token_hint=`));
    expect(await isSignedIn(agent)).toBe(false);
    expect(page).toContain('<script src="/idp/assets/sign-out.js"');
    expect((await confirm(agent, page)).url.href).toBe(`${app.origin}/sign-in?signedOut`);
    expect(endedSessions(app)).toEqual([session, again]);
    // Now it asks again.
    expect(await agent.openSignIn()).toContain('/idp/interaction/');
  });

  test('the page that signs out by itself is for those with proof of their own', async () => {
    const [agent, other] = [await aBrowser().signIn('pi@acme.test'), await aBrowser().signIn('viewer@acme.test')];
    const { redirect } = (await (await other.post('/auth/sign-out')).json()) as { redirect: string };
    for (const address of [redirect, '/idp/session/end?client_id=cobench', '/idp/session/end']) {
      const page = await (await agent.get(address)).text();
      expect(page).toContain('Do you want to sign out of Cobench?');
      expect(page).not.toContain('<script');
    }
  });

  test('a proof the provider does not know any more still leads to the signed-out page', async () => {
    const { headers } = await aBrowser().fetch('/idp/session/end?id_token_hint=abc', {
      headers: { accept: 'text/html' },
    });
    expect(headers.get('location')).toBe(`${app.origin}/sign-in?signedOut`);
  });

  test('who is not signed in is signed out', async () => {
    expect(await (await aBrowser().post('/auth/sign-out')).json()).toEqual({ redirect: '/sign-in?signedOut' });
  });

  test('another site cannot sign anybody out', async () => {
    const agent = await aBrowser().signIn('pi@acme.test');
    const headers = { origin: 'https://evil.example' };
    expect((await agent.fetch('/auth/sign-out', { method: 'POST', headers })).status).toBe(403);
    expect(await isSignedIn(agent)).toBe(true);
  });

  test('signing out at the provider ends the session here, and no other', async () => {
    const [agent, elsewhere] = [await aBrowser().signIn('pi@acme.test'), await aBrowser().signIn('pi@acme.test')];
    const session = await sessionOf(agent);
    const page = await (await agent.get('/idp/session/end?client_id=cobench')).text();
    await confirm(agent, page);
    expect([await isSignedIn(agent), await isSignedIn(elsewhere)]).toEqual([false, true]);
    expect(endedSessions(app)).toEqual([session]);
  });

  test('one signs out everywhere else', async () => {
    const browsers = [aBrowser(), aBrowser(), aBrowser()];
    for (const browser of browsers) await browser.signIn('engineer@acme.test');
    const stranger = await aBrowser().signIn('viewer@acme.test');
    const [here, ...others] = browsers as [Agent, ...Agent[]];
    const sessions = await Promise.all(others.map(sessionOf));
    expect(await (await here.post('/api/v1/me/end-other-sessions', {})).json()).toEqual({ ended: 2 });
    expect(await Promise.all([here, ...others, stranger].map(isSignedIn))).toEqual([true, false, false, true]);
    expect(new Set(endedSessions(app))).toEqual(new Set(sessions));
  });
});

describe('a logout token', () => {
  let provider: BadProvider;
  let app: IdentityApp;
  let agent: Agent;
  beforeAll(async () => {
    provider = await startBadProvider();
    app = await startIdentityApp({ issuer: provider.issuer });
  });
  beforeEach(async () => {
    provider.twist = { claims: (claims) => ({ ...claims, sid: 'provider-session' }) };
    agent = new Agent(app.origin);
    await agent.follow('/auth/sign-in');
  });
  afterEach(() =>
    app.identity.sessions.endedAtProvider({ realm: provider.issuer, sid: 'provider-session' }, provider.issuer),
  );
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  let count = 0;
  const now = () => Math.floor(Date.now() / 1000);
  const tokenWith = (change: Claims, header: object = { typ: 'logout+jwt' }) =>
    provider.sign(
      {
        iss: provider.issuer,
        aud: 'cobench',
        iat: now(),
        exp: now() + 120,
        jti: `token-${++count}`,
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...change,
      },
      undefined,
      header,
    );
  const present = (token: string) =>
    fetch(`${app.origin}/auth/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });

  test.each([
    ['the session', { sid: 'provider-session' }],
    ['the person', { sub: 'ada' }],
    ['both', { sub: 'ada', sid: 'provider-session' }],
  ])('that names %s ends it', async (_what, claims) => {
    expect((await present(await tokenWith(claims))).status).toBe(200);
    expect(await isSignedIn(agent)).toBe(false);
  });

  test.each([
    ['somebody unknown', { sub: 'nobody' }],
    ['an unknown session', { sid: 'another-session' }],
    ['somebody else’s session', { sub: 'nobody', sid: 'provider-session' }],
  ])('that names %s ends nothing', async (_what, claims) => {
    expect((await present(await tokenWith(claims))).status).toBe(200);
    expect(await isSignedIn(agent)).toBe(true);
  });

  test('works once', async () => {
    const token = await tokenWith({ sub: 'ada' });
    expect((await present(token)).status).toBe(200);
    await agent.follow('/auth/sign-in');
    expect((await present(token)).status).toBe(400);
    expect(await isSignedIn(agent)).toBe(true);
  });

  test.each<[string, Claims, object?]>([
    ['with a nonce', { nonce: 'n' }],
    ['for another client', { aud: 'another-client' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that expired', { exp: now() - 120 }],
    ['that is old', { iat: now() - 3600 }],
    ['without its event', { events: {} }],
    ['without an id', { jti: undefined }],
    ['for nobody', { sub: undefined }],
    ['that is an access token', {}, { typ: 'at+jwt' }],
  ])('%s is refused', async (_how, change, header) => {
    expect((await present(await tokenWith({ sub: 'ada', ...change }, header))).status).toBe(400);
    expect(await isSignedIn(agent)).toBe(true);
  });

  test.each(['', 'abc', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.'])('like "%s" is refused', async (token) => {
    expect((await present(token)).status).toBe(400);
    expect(await isSignedIn(agent)).toBe(true);
  });
});
