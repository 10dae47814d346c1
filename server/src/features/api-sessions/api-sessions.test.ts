import { apiSessionEndpoints, jwksPath } from '@cobench/shared/identity/api-session';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import {
  base64url,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accounts, password } from '../../../test/accounts.ts';
import { Agent } from '../../../test/agent.ts';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';

const { begin, renew, end } = apiSessionEndpoints;
const { me, sessions, endSession, setRole, disableMember, switchOrganisation } = identityEndpoints;

const day = 86_400_000;
let app: TestApp;
let now = new Date('2026-11-21T09:00:00Z');
/** The clock of the server; people sign in again where it went too far. */
const later = (ms: number) => (now = new Date(now.getTime() + ms));
beforeAll(async () => {
  app = await startTestApp({ clock: () => now });
});
afterAll(() => app.close());

/** A program that has an access token, or something it takes for one. */
const program = (bearer: string): Caller => ({
  send: (method, path, body) =>
    fetch(new URL(path, app.origin), {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
});
const nobody = (): Agent => new Agent(app.origin);
const statusWith = async (bearer: string) => (await program(bearer).send('GET', '/api/v1/me')).status;
const jwks = async (): Promise<JSONWebKeySet> =>
  (await fetch(new URL(jwksPath, app.origin))).json() as Promise<JSONWebKeySet>;

let email: string;
let agent: Agent;
beforeEach(async () => {
  ({ email, agent } = await accounts(app).anAccount('engineer'));
});
const signIn = (device?: string) => call(nobody(), begin, { email, password, ...(device !== undefined && { device }) });

describe('[AT1] a program that signs in', () => {
  test('works as its person, in their role of now, and is listed among their sessions', async () => {
    const { accessToken, expiresInSeconds } = await signIn('Nightly export');
    expect(expiresInSeconds).toBe(900);
    expect(await call(program(accessToken), me, {})).toMatchObject({ email, role: 'engineer' });
    await call(program(accessToken), projectEndpoints.create, { name: `By a program ${email}` });
    const { items } = await call(agent, sessions, {});
    expect(items.map(({ kind, device }) => [kind, device])).toContainEqual(['api', 'Nightly export']);
  });

  test('has a token that anybody can check by our published keys, which is no word more than it must be', async () => {
    const { accessToken } = await signIn();
    const options = { issuer: app.origin, audience: `${app.origin}/api`, typ: 'at+jwt', currentDate: now };
    const { payload, protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(await jwks()), options);
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt', kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(Object.keys(payload).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
    for (const key of (await jwks()).keys) expect(Object.keys(key)).not.toContain('d');
  });

  test('is refused alike for a wrong password and an unknown address', async () => {
    const wrong = await refusal(nobody(), begin, { email, password: 'something else' });
    const unknown = await refusal(nobody(), begin, { email: 'nobody@lab.test', password });
    expect([wrong.type, unknown.type]).toEqual(['credentials.wrong', 'credentials.wrong']);
    expect(wrong.detail).toBe(unknown.detail);
  });
});

describe('[AT2] an access token', () => {
  test('is over after fifteen minutes', async () => {
    const { accessToken } = await signIn();
    later(14 * 60_000 + 59_000);
    expect(await statusWith(accessToken)).toBe(200);
    later(1000);
    expect(await statusWith(accessToken)).toBe(401);
  });

  test('opens nothing from the moment its session ends, its person is disabled, or signs it out', async () => {
    const [one, two, three] = [await signIn('one'), await signIn('two'), await signIn('three')];
    const { items } = await call(agent, sessions, {});
    const session = String(items.find(({ device }) => device === 'one')?.id);
    await call(agent, endSession, { session });
    expect([await statusWith(one.accessToken), await statusWith(two.accessToken)]).toEqual([401, 200]);
    await call(nobody(), end, { refreshToken: two.refreshToken });
    expect([await statusWith(two.accessToken), await statusWith(three.accessToken)]).toEqual([401, 200]);
    const { id } = await call(agent, me, {});
    await call(await app.signIn('admin@acme.test'), disableMember, { id });
    expect(await statusWith(three.accessToken)).toBe(401);
    expect(await refusal(nobody(), renew, { refreshToken: three.refreshToken })).toMatchObject({ status: 401 });
  });

  test('has the role of this moment, not of the sign-in', async () => {
    const { accessToken } = await signIn();
    const { id } = await call(agent, me, {});
    await call(await app.signIn('admin@acme.test'), setRole, { id, was: 'engineer', role: 'viewer' });
    const problem = await refusal(program(accessToken), projectEndpoints.create, { name: `Too late ${email}` });
    expect(problem.type).toBe('access.denied');
  });

  test('that was forged opens nothing, whatever is wrong with it; the same one made right does', async () => {
    const { accessToken } = await signIn();
    const claims = decodeJwt(accessToken);
    const header = { ...decodeProtectedHeader(accessToken), alg: 'ES256' };
    const foreign = await generateKeyPair('ES256', { extractable: true });
    const foreignJwk = await exportJWK(foreign.publicKey);
    const { keys } = await jwks();
    const published = new TextEncoder().encode(JSON.stringify(keys[0]));
    const forged = (payload: JWTPayload, over: object = {}) =>
      new SignJWT(payload).setProtectedHeader({ ...header, ...over }).sign(foreign.privateKey);
    const [head, body, signature] = accessToken.split('.') as [string, string, string];
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    const ways: Record<string, string> = {
      'a foreign key under our id': await forged(claims),
      'a foreign key of its own id': await forged(claims, { kid: 'foreign' }),
      'a foreign key without an id': await forged(claims, { kid: undefined }),
      'a foreign key it brings along': await forged(claims, { jwk: foreignJwk }),
      'no signature': `${part({ ...header, alg: 'none' })}.${body}.`,
      'no signature, said in capitals': `${part({ ...header, alg: 'NONE' })}.${body}.`,
      'our public key as a shared secret': await new SignJWT(claims)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(published),
      'other claims under the same signature': `${head}.${part({ ...claims, sid: 'x'.repeat(43) })}.${signature}`,
      'another type under the same signature': `${part({ ...header, typ: 'JWT' })}.${body}.${signature}`,
      'half of its signature': accessToken.slice(0, -20),
      'an empty signature': `${head}.${body}.`,
      'nothing but dots': '..',
      'a megabyte': 'e'.repeat(10_000),
    };
    for (const [way, token] of Object.entries(ways)) expect([way, await statusWith(token)]).toEqual([way, 401]);
    expect(await statusWith(accessToken)).toBe(200);
  });

  test('is nothing else, and nothing else is one', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect(await statusWith(refreshToken)).toBe(401);
    expect((await refusal(nobody(), renew, { refreshToken: accessToken })).type).toBe('input.invalid');
    // The ID token of somebody who came by the provider, as their session keeps it.
    await app.signIn('engineer@acme.test');
    const stored = await app.connection
      .collection('sessions')
      .findOne({ 'session.signedIn.idToken': { $exists: true } });
    const idToken = String(stored?.['session'].signedIn.idToken);
    expect(decodeJwt(idToken).sub).toBeDefined();
    expect(await statusWith(idToken)).toBe(401);
    const [cookie] = agent.cookie('/api').split('=').slice(1);
    expect(await statusWith(decodeURIComponent(String(cookie)))).toBe(401);
    expect(await statusWith(accessToken)).toBe(200);
  });

  test('counts alone: a session of the same browser neither helps it nor suffers by it', async () => {
    const { accessToken } = await signIn();
    const other = await app.signIn('viewer@acme.test');
    const both = (bearer: string) => other.fetch('/api/v1/me', { headers: { authorization: `Bearer ${bearer}` } });
    expect(await (await both(accessToken)).json()).toMatchObject({ email });
    expect((await both('nonsense')).status).toBe(401);
    expect(await call(other, me, {})).toMatchObject({ role: 'viewer' });
  });
});

describe('[AT3] a refresh token', () => {
  test('is traded for the next pair, once; each pair works', async () => {
    const first = await signIn();
    const second = await call(nobody(), renew, { refreshToken: first.refreshToken });
    const third = await call(nobody(), renew, { refreshToken: second.refreshToken });
    for (const { accessToken } of [first, second, third]) expect(await statusWith(accessToken)).toBe(200);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  test('that comes a second time ends the session for whoever has it, and the trail says why', async () => {
    const first = await signIn();
    const second = await call(nobody(), renew, { refreshToken: first.refreshToken });
    expect(await refusal(nobody(), renew, { refreshToken: first.refreshToken })).toMatchObject({ status: 401 });
    expect([await statusWith(first.accessToken), await statusWith(second.accessToken)]).toEqual([401, 401]);
    expect(await refusal(nobody(), renew, { refreshToken: second.refreshToken })).toMatchObject({ status: 401 });
    const { id } = await call(agent, me, {});
    const admin = await app.signIn('admin@acme.test');
    const told = async () => (await call(admin, auditEndpoints.list, { person: id })).items;
    await expect
      .poll(async () => (await told()).map(({ action, outcome }) => `${action} ${outcome}`))
      .toEqual(expect.arrayContaining(['session.begin refused', 'session.end done', 'session.begin done']));
  });

  test('of which ten come at once gives one pair at most, and then the session is over', async () => {
    const { refreshToken, accessToken } = await signIn();
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => call(nobody(), renew, { refreshToken })));
    const pairs = tries.flatMap((tried) => (tried.status === 'fulfilled' ? [tried.value] : []));
    expect(pairs.length).toBeLessThanOrEqual(1);
    expect(await statusWith(accessToken)).toBe(401);
    for (const pair of pairs) {
      expect(await statusWith(pair.accessToken)).toBe(401);
      expect(await refusal(nobody(), renew, { refreshToken: pair.refreshToken })).toMatchObject({ status: 401 });
    }
  });

  test('may lie for seven days, and the session lives for thirty', async () => {
    let { refreshToken } = await signIn();
    for (let days = 0; days < 24; days += 6) {
      later(6 * day);
      ({ refreshToken } = await call(nobody(), renew, { refreshToken }));
    }
    const { refreshToken: forgotten } = await signIn();
    later(6 * day);
    expect(await refusal(nobody(), renew, { refreshToken })).toMatchObject({ status: 401 });
    later(day);
    expect(await refusal(nobody(), renew, { refreshToken: forgotten })).toMatchObject({ status: 401 });
  });

  test('is over with a changed password', async () => {
    const { refreshToken, accessToken } = await signIn();
    await call(agent, accountEndpoints.changePassword, { current: password, password: 'nine dry ingots' });
    expect(await statusWith(accessToken)).toBe(401);
    expect(await refusal(nobody(), renew, { refreshToken })).toMatchObject({ status: 401 });
  });
});

describe('[AT4] signing keys', () => {
  test('change after thirty days, published two hours before they sign; what the old one signed holds', async () => {
    const kidOf = async () => String(decodeProtectedHeader((await signIn()).accessToken).kid);
    const published = async () => (await jwks()).keys.map(({ kid }) => String(kid));
    later(40 * day);
    const first = await kidOf();
    later(30 * day);
    expect(await kidOf()).toBe(first);
    expect(await published()).toHaveLength(2);
    later(2 * 3_600_000 - 60_000);
    const { accessToken } = await signIn();
    expect(decodeProtectedHeader(accessToken).kid).toBe(first);
    later(60_000);
    const second = await kidOf();
    expect(second).not.toBe(first);
    expect(await statusWith(accessToken)).toBe(200);
    later(2 * day);
    expect(await published()).toEqual([second]);
  });

  test('a flood of unknown ids asks the database no more than once in ten seconds', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const asked: string[] = [];
    const listen = ({ commandName, command }: { commandName: string; command: { find?: string } }) => {
      if (commandName === 'find' && command.find === 'signingKeys') asked.push(commandName);
    };
    const client = app.connection.getClient();
    client.on('commandStarted', listen);
    later(60_000);
    for (let at = 0; at < 50; at++) {
      const header = { alg: 'ES256', typ: 'at+jwt', kid: `unknown-${at}` };
      const token = await new SignJWT({ sid: 'x' }).setProtectedHeader(header).sign(privateKey);
      expect(await statusWith(token)).toBe(401);
    }
    client.off('commandStarted', listen);
    expect(asked.length).toBeLessThanOrEqual(1);
  });
});

test('[AT5] a program goes over into another organisation of its person like a browser', async () => {
  const { accessToken } = await signIn();
  const problem = await refusal(program(accessToken), switchOrganisation, {
    organisationId: '01900000-0000-7000-8000-000000000000',
  });
  expect(problem.type).toBe('resource.missing');
});
