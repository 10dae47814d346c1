import { identityEndpoints } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { startBadProvider, type BadProvider } from '../../../test/bad-provider.ts';
import { call } from '../../../test/call.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

let first: BadProvider;
let second: BadProvider;
let app: IdentityApp;
beforeAll(async () => {
  [first, second] = await Promise.all([startBadProvider(), startBadProvider()]);
  const others = [{ id: 'guests', issuer: second.issuer, organisations: ['borealis'] }];
  app = await startIdentityApp({ issuer: first.issuer, others });
});
beforeEach(() => {
  for (const provider of [first, second]) {
    provider.twist = {
      claims: (claims) => ({ ...claims, sub: 'ada', groups: ['cobench:acme:admin', 'cobench:borealis:pi'] }),
    };
  }
});
afterAll(() => Promise.all([app.close(), first.close(), second.close()]));

async function signIn(provider: string): Promise<Agent> {
  const agent = new Agent(app.origin);
  await agent.follow(`/auth/sign-in?provider=${provider}&returnTo=/api/v1/me`);
  return agent;
}
const rolesOf = async (agent: Agent) =>
  (await call(agent, identityEndpoints.me, {})).memberships.map(
    ({ organisation, role }) => `${organisation.slug} ${role}`,
  );

describe('of several providers', () => {
  test('each signs its people in, at an address of its own; the same subject of two is two people', async () => {
    const [ada, guest] = [await signIn('organisation'), await signIn('guests')];
    expect(first.exchange['redirect_uri']).toBe(`${app.origin}/auth/callback`);
    expect(second.exchange['redirect_uri']).toBe(`${app.origin}/auth/callback/guests`);
    const [one, other] = [await call(ada, identityEndpoints.me, {}), await call(guest, identityEndpoints.me, {})];
    expect(one.id).not.toBe(other.id);
  });

  test('one that speaks for some organisations gives places in these only', async () => {
    expect(await rolesOf(await signIn('organisation'))).toEqual(['acme admin', 'borealis pi']);
    expect(await rolesOf(await signIn('guests'))).toEqual(['borealis pi']);
    second.twist = { claims: (claims) => ({ ...claims, sub: 'eve', groups: ['cobench:acme:admin'] }) };
    const eve = await signIn('guests');
    expect((await eve.get('/api/v1/me')).status).toBe(401);
  });

  test('who names none chooses, and one that is not configured signs nobody in', async () => {
    const choosing = await new Agent(app.origin).get('/auth/sign-in?returnTo=/runs');
    expect(choosing.headers.get('location')).toBe('/sign-in?returnTo=%2Fruns');
    for (const name of ['nobody', 'GUESTS', '__proto__', 'x'.repeat(50)]) {
      const { headers } = await new Agent(app.origin).get(`/auth/sign-in?provider=${name}`);
      expect(headers.get('location'), name).toMatch(/^\/sign-in\?(problem=failed|returnTo=)/);
    }
  });

  test('the answer of one is not taken at the address of another', async () => {
    const agent = new Agent(app.origin);
    const begun = await agent.get('/auth/sign-in?provider=guests');
    const state = new URL(String(begun.headers.get('location'))).searchParams.get('state');
    first.exchange = {};
    const mixedUp = await agent.get(`/auth/callback?code=stolen&state=${state}`);
    expect(mixedUp.headers.get('location')).toBe('/sign-in?problem=failed');
    expect((await agent.get('/api/v1/me')).status).toBe(401);
    // A code must not reach a provider that did not give it.
    expect(first.exchange).toEqual({});
    // It is over then, at its own address too.
    const late = await agent.get(`/auth/callback/guests?code=stolen&state=${state}`);
    expect(late.headers.get('location')).toBe('/sign-in?problem=expired');
  });

  test('one that is down keeps nobody else out', async () => {
    second.twist = { discovery: (_document, res) => res.status(503).end() };
    const down = await startIdentityApp({
      issuer: first.issuer,
      others: [{ id: 'down', issuer: 'http://127.0.0.1:1' }],
    });
    const unlucky = await new Agent(down.origin).get('/auth/sign-in?provider=down');
    expect(unlucky.headers.get('location')).toBe('/sign-in?problem=provider-unreachable');
    const agent = new Agent(down.origin);
    await agent.follow('/auth/sign-in?provider=organisation&returnTo=/api/v1/me');
    expect((await agent.get('/api/v1/me')).status).toBe(200);
    await down.close();
  });
});
