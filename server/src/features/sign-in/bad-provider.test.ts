import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { silentEndpoints, untrustworthyEndpoints, untrustworthyTokens } from '../../../test/bad-provider-ways.ts';
import { startBadProvider, type BadProvider, type Twist } from '../../../test/bad-provider.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

let provider: BadProvider;
let app: IdentityApp;
/** The provider is asked about itself once an hour: each test has an hour of its own. */
let hours = 0;

beforeAll(async () => {
  provider = await startBadProvider();
  app = await startIdentityApp({ issuer: provider.issuer, now: () => new Date(Date.now() + hours * 3_600_000) });
});
afterEach(() => {
  provider.twist = {};
  hours++;
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

async function signInWith(twist: Twist, { at = app, of = provider } = {}) {
  of.twist = twist;
  const agent = new Agent(at.origin);
  const { url } = await agent.follow('/auth/sign-in?returnTo=/api/v1/me');
  return { agent, ended: url.pathname + url.search, me: await agent.get('/api/v1/me') };
}

describe('a provider that behaves', () => {
  test('signs in, with everything in the ID token', async () => {
    const { ended, me } = await signInWith({});
    expect(ended).toBe('/api/v1/me');
    expect(await me.json()).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.test', role: 'engineer' });
    expect(provider.asked).toBe(0);
    expect(provider.exchange).toMatchObject({
      grant_type: 'authorization_code',
      code: 'a-code',
      redirect_uri: `${app.origin}/auth/callback`,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
      authorization: `Basic ${Buffer.from('cobench:shared-secret').toString('base64')}`,
    });
  });

  test('signs in with a bare ID token: the rest comes from userinfo', async () => {
    const { me } = await signInWith({ claims: ({ name: _name, email: _email, groups: _groups, ...rest }) => rest });
    expect(await me.json()).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.test', role: 'engineer' });
    expect(provider.asked).toBe(1);
  });

  test('signs in where userinfo has no more to say than that', async () => {
    const { me } = await signInWith({ claims: ({ email: _email, ...rest }) => rest, userInfo: ({ sub }) => ({ sub }) });
    expect(await me.json()).toMatchObject({ name: 'Ada Lovelace', email: '' });
  });

  test('signs in with an issuer in the answer, several audiences and itself as the party', async () => {
    const { me } = await signInWith({
      discovery: (document) => ({ ...document, authorization_response_iss_parameter_supported: true }),
      answer: (answer) => answer.set('iss', provider.issuer),
      claims: (claims) => ({ ...claims, aud: ['cobench', 'another-client'], azp: 'cobench' }),
    });
    expect(me.status).toBe(200);
  });

  test('gets the client secret in the form where it takes no header', async () => {
    const methods = ['client_secret_post'];
    await signInWith({ discovery: (document) => ({ ...document, token_endpoint_auth_methods_supported: methods }) });
    expect(provider.exchange).toMatchObject({ client_id: 'cobench', client_secret: 'shared-secret' });
    expect(provider.exchange['authorization']).toBeUndefined();
  });
});

describe('nobody is signed in', () => {
  test.each([...untrustworthyTokens, ...untrustworthyEndpoints])('$how', async ({ twist, problem = 'failed' }) => {
    const { agent, ended, me } = await signInWith(twist);
    expect(ended).toBe(`/sign-in?problem=${problem}`);
    expect(me.status).toBe(401);
    expect(agent.cookieNamed('cobench.sid')).toBeUndefined();
    // The process is alive and well: the same browser signs in with the next right answer.
    hours++;
    provider.twist = {};
    expect((await agent.follow('/auth/sign-in')).url.pathname).toBe('/');
    expect((await agent.get('/api/v1/me')).status).toBe(200);
  });

  test('and within five seconds, where the provider is silent', async () => {
    const outcomes = await Promise.all(
      silentEndpoints.map(async ({ twist }) => {
        const of = await startBadProvider();
        const at = await startIdentityApp({ issuer: of.issuer });
        const begun = Date.now();
        const { ended, me } = await signInWith(twist, { at, of });
        const seconds = (Date.now() - begun) / 1000;
        await Promise.all([at.close(), of.close()]);
        return { ended, status: me.status, inTime: seconds < 5 };
      }),
    );
    expect(outcomes).toEqual(
      silentEndpoints.map(() => ({ ended: '/sign-in?problem=provider-unreachable', status: 401, inTime: true })),
    );
  });

  test('while the provider is down, and it is asked again when it is back', async () => {
    const gone = await startBadProvider();
    const { issuer } = gone;
    await gone.close();
    const at = await startIdentityApp({ issuer });
    const agent = new Agent(at.origin);
    const { url } = await agent.follow('/auth/sign-in');
    expect(url.search).toBe('?problem=provider-unreachable');
    await at.close();
  });
});
