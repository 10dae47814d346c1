import { apiSessionEndpoints } from '@cobench/shared/identity/api-session';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { identityEndpoints, type Policies } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { accounts, password } from '../../../test/accounts.ts';
import { Agent } from '../../../test/agent.ts';
import { Authenticator } from '../../../test/authenticator.ts';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';

const { signIn, register, reset, forgot } = accountEndpoints;
const { me, sessions, organisation, editOrganisation, switchOrganisation, endMemberSessions } = identityEndpoints;
const { waiting, showCode, askPasskey, showPasskey, mine, confirm, newRecoveryCodes } = secondFactorEndpoints;
const { newAuthenticator, addAuthenticator, removeAuthenticator } = secondFactorEndpoints;
const { newPasskey, addPasskey, removePasskey } = secondFactorEndpoints;

const minute = 60_000;
let app: TestApp;
let now = new Date();
const later = (ms: number) => (now = new Date(now.getTime() + ms));
beforeAll(async () => {
  app = await startTestApp({ clock: () => now, guessLimits: { perAddress: 1000, perAccount: 10 } });
});
afterAll(() => app.close());

const browser = () => new Agent(app.origin);
const codeOf = (secret: string, at = now) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
const statusOf = async (agent: Agent) => (await agent.get('/api/v1/me')).status;

/** Whoever is signed in sets an authenticator app up; the next code is of another time step. */
async function withApp(agent: Agent) {
  const { secret } = await call(agent, newAuthenticator, {});
  const { recoveryCodes } = await call(agent, addAuthenticator, { secret, code: codeOf(secret) });
  later(minute);
  return { secret, recoveryCodes };
}

async function withPasskey(agent: Agent, name = 'Laptop') {
  const key = new Authenticator(app.origin);
  const passkey = key.make(await call(agent, newPasskey, {}));
  const { recoveryCodes } = await call(agent, addPasskey, { name, passkey });
  return { key, recoveryCodes };
}

async function entered(email: string, agent = browser()) {
  const { step } = await call(agent, signIn, { email, password });
  return { agent, step };
}

/** As if they had just shown their provider who they are. */
async function justSignedIn(agent: Agent): Promise<Agent> {
  const { items } = await call(agent, sessions, {});
  const id = items.find(({ isThis }) => isThis)?.id;
  const confirmed = { $set: { 'session.signedIn.confirmedAt': now } };
  await app.connection.collection<{ _id: string }>('sessions').updateOne({ _id: String(id) }, confirmed);
  return agent;
}

/** An organisation of the demo asks for a second factor until the test is over; its administrator has one. */
async function asks(company = 'borealis.test') {
  const admin = await justSignedIn(await app.signIn(`admin@${company}`));
  const { key } = await withPasskey(admin);
  await policies(admin, { secondFactor: true });
  onTestFinished(async () => {
    await policies(admin, { secondFactor: false });
    await app.connection.collection('passkeys').deleteOne({ _id: key.id as never });
  });
  return admin;
}
async function policies(admin: Agent, change: Partial<Policies>) {
  await justSignedIn(admin);
  const { version, policies: before } = await call(admin, organisation, {});
  return call(admin, editOrganisation, { version, policies: { ...before, ...change } });
}

describe('[SF1] an authenticator app', () => {
  test('is asked for after the password, and its code lets them in; nothing else did meanwhile', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { secret, recoveryCodes } = await withApp(agent);
    expect(recoveryCodes).toHaveLength(10);
    const { agent: next, step } = await entered(email);
    expect([step, await statusOf(next)]).toEqual(['show-second-factor', 401]);
    expect((await refusal(next, mine, {})).type).toBe('auth.required');
    const has = { step: 'show-second-factor', name: 'Noor Haddad', hasAuthenticator: true, hasPasskey: false };
    expect(await call(next, waiting, {})).toEqual({ waiting: has });
    await call(next, showCode, { code: codeOf(secret).replace(/(...)/, '$1 ') });
    expect(await call(next, me, {})).toMatchObject({ email });
    expect(await call(next, waiting, {})).toEqual({ waiting: null });
  });

  test('a code is good once, within half a minute of its time, and for nobody else', async () => {
    const [one, two] = [await accounts(app).anAccount(), await accounts(app).anAccount()];
    const [{ secret }, other] = [await withApp(one.agent), await withApp(two.agent)];
    const code = codeOf(secret);
    const first = await entered(one.email);
    const tries = { foreign: codeOf(other.secret), early: codeOf(secret, new Date(now.getTime() + minute)) };
    for (const [what, wrong] of Object.entries(tries)) {
      expect([what, (await refusal(first.agent, showCode, { code: wrong })).type]).toEqual([
        what,
        'second-factor.wrong',
      ]);
    }
    await call(first.agent, showCode, { code });
    const second = await entered(one.email);
    expect((await refusal(second.agent, showCode, { code })).type).toBe('second-factor.wrong');
    later(minute);
    await call(second.agent, showCode, { code: codeOf(secret) });
  });

  test('of ten who show one code at once, one comes in', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    const agents = await Promise.all(Array.from({ length: 10 }, async () => (await entered(email)).agent));
    const code = codeOf(secret);
    await Promise.allSettled(agents.map((one) => call(one, showCode, { code })));
    const came = await Promise.all(agents.map(statusOf));
    expect(came.filter((status) => status === 200)).toHaveLength(1);
  });

  test('is not guessed: after ten wrong codes there is a quarter of an hour to wait, whatever door they came to', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { secret, recoveryCodes } = await withApp(agent);
    const guess = async (at: number) => {
      const code = '000000';
      if (at % 3 === 0) return (await refusal(browser(), apiSessionEndpoints.begin, { email, password, code })).type;
      if (at % 3 === 1) return (await refusal(agent, confirm, { code })).type;
      return (await refusal((await entered(email)).agent, showCode, { code })).type;
    };
    const answers: string[] = [];
    for (let at = 0; at < 12; at++) answers.push(await guess(at));
    expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'second-factor.wrong'));
    expect(answers.slice(10)).toEqual(['rate.limited', 'rate.limited']);
    const { agent: right } = await entered(email);
    expect((await refusal(right, showCode, { code: codeOf(secret) })).type).toBe('rate.limited');
    // Its owner hears of it, and is not kept out by it.
    const mails = async () => (await fetch(new URL('/dev/mail', app.origin))).text();
    const about = async () => (await mails()).split('<article>').find((mail) => mail.includes(`To ${email}`));
    await expect.poll(about).toContain('many codes');
    await call(right, showCode, { code: String(recoveryCodes[0]) });
    later(15 * minute);
    await call((await entered(email)).agent, showCode, { code: codeOf(secret) });
  });

  test('of fifty guesses at once ten are looked at', async () => {
    const { email, agent } = await accounts(app).anAccount();
    await withApp(agent);
    const agents = await Promise.all(Array.from({ length: 5 }, async () => (await entered(email)).agent));
    const tries = agents.flatMap((one) => Array.from({ length: 10 }, () => refusal(one, showCode, { code: '000000' })));
    const types = (await Promise.all(tries)).map(({ type }) => type);
    expect(types.filter((type) => type === 'second-factor.wrong')).toHaveLength(10);
  });

  test('on a new phone takes the place of the one before', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const [old, next] = [await withApp(agent), await withApp(agent)];
    expect(next.recoveryCodes).toEqual([]);
    const { agent: other } = await entered(email);
    expect((await refusal(other, showCode, { code: codeOf(old.secret) })).type).toBe('second-factor.wrong');
    await call(other, showCode, { code: codeOf(next.secret) });
  });

  test('keeps its secret sealed: the database does not show it, nor does it open as another person’s', async () => {
    const { agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    const { id } = await call(agent, me, {});
    const row = await app.connection.collection('secondFactors').findOne({ _id: id as never });
    expect(JSON.stringify(row)).not.toContain(secret);
    const { email, agent: thief } = await accounts(app).anAccount();
    const stolen = await withApp(thief);
    const { id: thiefId } = await call(thief, me, {});
    const sealed = { 'authenticator.sealed': row?.['authenticator'].sealed };
    await app.connection.collection('secondFactors').updateOne({ _id: thiefId as never }, { $set: sealed });
    const { agent: next } = await entered(email);
    const response = await next.post('/api/v1/sign-in/second-factor', { code: codeOf(secret) });
    expect([response.ok, stolen.secret === secret]).toEqual([false, false]);
    expect(await statusOf(next)).toBe(401);
  });
});

describe('[SF2] a recovery code', () => {
  test('lets in once; the trail and the list know that one is gone', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { recoveryCodes } = await withApp(agent);
    const code = String(recoveryCodes[3]);
    const first = await entered(email);
    await call(first.agent, showCode, { code: code.toUpperCase() });
    expect((await call(first.agent, mine, {})).recoveryCodesLeft).toBe(9);
    const second = await entered(email);
    expect((await refusal(second.agent, showCode, { code })).type).toBe('second-factor.wrong');
    const admin = await app.signIn('admin@acme.test');
    const { items } = await call(admin, auditEndpoints.list, { kind: 'second-factor' });
    expect(items.map(({ action }) => action)).toContain('second-factor.use');
  });

  test('is over with the last factor; the next factor comes with new ones', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { recoveryCodes: old } = await withApp(agent);
    await call(agent, removeAuthenticator, {});
    const { recoveryCodes } = await withApp(agent);
    expect(recoveryCodes).toHaveLength(10);
    const { agent: next } = await entered(email);
    expect((await refusal(next, showCode, { code: String(old[0]) })).type).toBe('second-factor.wrong');
    await call(next, showCode, { code: String(recoveryCodes[0]) });
  });

  test('of the ones before is over when new ones are made', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { recoveryCodes: old } = await withApp(agent);
    const { recoveryCodes } = await call(agent, newRecoveryCodes, {});
    const { agent: next } = await entered(email);
    expect((await refusal(next, showCode, { code: String(old[0]) })).type).toBe('second-factor.wrong');
    await call(next, showCode, { code: String(recoveryCodes[0]) });
  });
});

describe('[SF3] a passkey', () => {
  test('signs in by itself, and counts as two factors', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { key, recoveryCodes } = await withPasskey(agent);
    expect(recoveryCodes).toHaveLength(10);
    const next = browser();
    await call(next, showPasskey, { passkey: key.show(await call(next, askPasskey, {})) });
    expect(await call(next, me, {})).toMatchObject({ email });
    await call(next, removePasskey, { passkey: key.id });
    expect(await call(next, mine, {})).toMatchObject({ passkeys: [] });
  });

  test('finishes a sign-in with a password, if it is of the same person', async () => {
    const [one, two] = [await accounts(app).anAccount(), await accounts(app).anAccount()];
    const [mineToo, foreign] = [await withPasskey(one.agent), await withPasskey(two.agent)];
    const { agent, step } = await entered(one.email);
    expect(step).toBe('show-second-factor');
    const wrong = foreign.key.show(await call(agent, askPasskey, {}));
    expect((await refusal(agent, showPasskey, { passkey: wrong })).type).toBe('second-factor.wrong');
    expect(await statusOf(agent)).toBe(401);
    await call(agent, showPasskey, { passkey: mineToo.key.show(await call(agent, askPasskey, {})) });
    expect(await call(agent, me, {})).toMatchObject({ email: one.email });
  });

  test('that lies is refused, whatever it lies about; the honest twin comes in', async () => {
    const { agent } = await accounts(app).anAccount();
    const { key } = await withPasskey(agent);
    const ask = () => call(browser(), askPasskey, {});
    const stale = await ask();
    const used = await ask();
    await call(browser(), showPasskey, { passkey: key.show(used) });
    const other = new Authenticator(app.origin);
    other.make(await call(agent, newPasskey, {}));
    const honest = key.show(await ask());
    const ways = {
      'another site': key.show(await ask(), { origin: 'https://evil.example' }),
      'another name': key.show(await ask(), { rpId: 'evil.example' }),
      'a challenge of nobody': key.show(await ask(), { challenge: 'x'.repeat(43) }),
      'a challenge that was used': key.show(used),
      'a new passkey for an old one': key.show(await ask(), { type: 'webauthn.create' }),
      'not unlocked': key.show(await ask(), { unlocked: false }),
      'a count that stands still': key.show(await ask(), { count: 1 }),
      'another person': key.show(await ask(), { userHandle: Buffer.from('somebody').toString('base64url') }),
      'a passkey nobody has': other.show(await ask()),
      'another key under its name': { ...other.show(await ask(), { userHandle: '' }), id: key.id, rawId: key.id },
      'a changed signature': {
        ...honest,
        response: { ...honest.response, signature: `A${honest.response.signature.slice(1)}` },
      },
      'no signature': { ...key.show(await ask()), response: { ...key.show(await ask()).response, signature: '' } },
      'no data': { ...honest, response: { ...honest.response, clientDataJSON: '' } },
    };
    for (const [way, passkey] of Object.entries(ways)) {
      const liar = browser();
      expect([way, (await refusal(liar, showPasskey, { passkey })).type]).toEqual([way, 'second-factor.wrong']);
      expect([way, await statusOf(liar)]).toEqual([way, 401]);
    }
    const twin = browser();
    await call(twin, showPasskey, { passkey: key.show(stale) });
    expect(await statusOf(twin)).toBe(200);
  });

  test('that is known already, or makes no sense, is refused at once, and nobody waits for that', async () => {
    const { agent } = await accounts(app).anAccount();
    const { key } = await withPasskey(agent);
    const again = key.make(await call(agent, newPasskey, {}));
    expect((await refusal(agent, addPasskey, { name: 'Twice', passkey: again })).type).toBe('state.conflict');
    const honest = key.show(await call(agent, askPasskey, {}));
    for (const data of ['{}', '{"challenge":5}', '{"challenge":{}}', '[]', '"x"', 'null', '', '{']) {
      const clientDataJSON = Buffer.from(data).toString('base64url');
      const passkey = { ...honest, response: { ...honest.response, clientDataJSON } };
      expect([data, (await refusal(browser(), showPasskey, { passkey })).type]).toEqual([data, 'second-factor.wrong']);
    }
    await call(browser(), showPasskey, { passkey: honest });
  });

  test('is asked for within five minutes', async () => {
    const { agent } = await accounts(app).anAccount();
    const { key } = await withPasskey(agent);
    const options = await call(browser(), askPasskey, {});
    later(5 * minute);
    expect((await refusal(browser(), showPasskey, { passkey: key.show(options) })).type).toBe('second-factor.wrong');
  });

  test('of people of a provider is no way around it: it may have dismissed them', async () => {
    const engineer = await justSignedIn(await app.signIn('engineer@acme.test'));
    const { key } = await withPasskey(engineer);
    onTestFinished(async () => void (await call(engineer, removePasskey, { passkey: key.id })));
    const next = browser();
    const passkey = key.show(await call(next, askPasskey, {}));
    expect((await refusal(next, showPasskey, { passkey })).type).toBe('second-factor.wrong');
    const { url } = await next.submitPassword(await next.openSignIn('/runs'), 'engineer@acme.test', 'cobench-demo');
    expect(`${url.pathname}${url.search}`).toBe('/sign-in/second-factor?returnTo=%2Fruns');
    await call(next, showPasskey, { passkey: key.show(await call(next, askPasskey, {})) });
    expect(await call(next, me, {})).toMatchObject({ role: 'engineer' });
  });
});

describe('[SF4] who sits at an open screen', () => {
  test('does not change how somebody signs in without showing again who they are', async () => {
    const { agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    later(15 * minute);
    const asked = [newAuthenticator, removeAuthenticator, newPasskey, newRecoveryCodes];
    for (const contract of asked) expect((await refusal(agent, contract, {})).type).toBe('confirmation.required');
    expect((await refusal(agent, confirm, { password: 'a guess' })).type).toBe('input.invalid');
    expect((await refusal(agent, confirm, {})).type).toBe('input.invalid');
    expect((await refusal(agent, confirm, { code: '000000' })).type).toBe('second-factor.wrong');
    expect((await refusal(agent, removeAuthenticator, {})).type).toBe('confirmation.required');
    await call(agent, confirm, { code: codeOf(secret) });
    await call(agent, removeAuthenticator, {});
    later(15 * minute);
    expect((await refusal(agent, newAuthenticator, {})).type).toBe('confirmation.required');
    await call(agent, confirm, { password });
    await call(agent, newAuthenticator, {});
  });

  test('confirms with their own passkey, and nobody else’s', async () => {
    const [{ agent }, other] = [await accounts(app).anAccount(), await accounts(app).anAccount()];
    const [own, foreign] = [await withPasskey(agent), await withPasskey(other.agent)];
    later(15 * minute);
    const wrong = foreign.key.show(await call(agent, askPasskey, {}));
    expect((await refusal(agent, confirm, { passkey: wrong })).type).toBe('second-factor.wrong');
    await call(agent, confirm, { passkey: own.key.show(await call(agent, askPasskey, {})) });
    await call(agent, newPasskey, {});
  });
});

describe('[SF8] a password alone', () => {
  test('is no way to the factors that are set up later: what came in with it ends with the first factor', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { agent: thief } = await entered(email);
    const program = await call(browser(), apiSessionEndpoints.begin, { email, password });
    await withApp(agent);
    expect(await statusOf(thief)).toBe(401);
    const bearer = { authorization: `Bearer ${program.accessToken}` };
    expect((await fetch(new URL('/api/v1/me', app.origin), { headers: bearer })).status).toBe(401);
    expect(await statusOf(agent)).toBe(200);
  });

  test('does not confirm who it is where there is a factor', async () => {
    const { agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    later(15 * minute);
    expect((await refusal(agent, confirm, { password })).type).toBe('input.invalid');
    expect((await refusal(agent, newRecoveryCodes, {})).type).toBe('confirmation.required');
    await call(agent, confirm, { code: codeOf(secret) });
    await call(agent, newRecoveryCodes, {});
  });

  test('that was changed leaves nobody who overlapped with it, however they came', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { recoveryCodes } = await withApp(agent);
    const waits = await Promise.all(recoveryCodes.map(async (code) => ({ code, agent: (await entered(email)).agent })));
    await call(browser(), forgot, { email });
    const token = await accounts(app).tokenFor(email, 'reset');
    await Promise.allSettled([
      ...waits.map(({ code, agent: one }) => call(one, showCode, { code })),
      call(browser(), reset, { token, password: 'nine dry ingots' }),
      ...waits.map(({ code, agent: one }) => call(one, showCode, { code })),
    ]);
    expect(await Promise.all(waits.map(({ agent: one }) => statusOf(one)))).toEqual(waits.map(() => 401));
  });

  test('that is right uses up nobody’s sign-ins where a program lacks a code', async () => {
    const { email, agent } = await accounts(app).anAccount();
    await withApp(agent);
    const { begin } = apiSessionEndpoints;
    for (let at = 0; at < 12; at++) {
      expect((await refusal(browser(), begin, { email, password })).type).toBe('second-factor.required');
    }
    expect((await entered(email)).step).toBe('show-second-factor');
  });
});

describe('[SF5] an organisation that asks for a second factor', () => {
  test('is made so by somebody who has one; sessions that showed none end, the others stay', async () => {
    const [admin, technician] = [
      await justSignedIn(await app.signIn('admin@borealis.test')),
      await app.signIn('technician@borealis.test'),
    ];
    const before = await call(admin, organisation, {});
    expect(
      (
        await refusal(admin, editOrganisation, {
          version: before.version,
          policies: { ...before.policies, secondFactor: true },
        })
      ).type,
    ).toBe('state.conflict');
    const strong = await asks();
    expect([await statusOf(strong), await statusOf(technician)]).toEqual([200, 401]);
  });

  test('lets who has none set one up before anything else, and then in', async () => {
    const admin = await asks();
    const { email, token } = await accounts(app).invited('technician', admin);
    const agent = browser();
    expect(await call(agent, register, { token, name: 'Noor Haddad', password })).toEqual({
      step: 'set-up-second-factor',
    });
    expect(await statusOf(agent)).toBe(401);
    expect((await refusal(agent, confirm, { password })).type).toBe('auth.required');
    const { secret } = await call(agent, newAuthenticator, {});
    expect((await refusal(agent, addAuthenticator, { secret, code: '000000' })).type).toBe('input.invalid');
    expect(await statusOf(agent)).toBe(401);
    await call(agent, addAuthenticator, { secret, code: codeOf(secret) });
    expect(await call(agent, me, {})).toMatchObject({ email, organisation: { name: 'Borealis Institute' } });
    expect((await refusal(agent, removeAuthenticator, {})).type).toBe('state.conflict');
  });

  test('does not let a password alone add a factor where there is one meanwhile', async () => {
    const admin = await asks();
    const { email, token } = await accounts(app).invited('technician', admin);
    const [owner, thief] = [browser(), browser()];
    await call(owner, register, { token, name: 'Noor Haddad', password });
    expect((await entered(email, thief)).step).toBe('set-up-second-factor');
    await withApp(owner);
    for (const contract of [newAuthenticator, newPasskey]) {
      expect((await refusal(thief, contract, {})).type).toBe('auth.required');
    }
    const { secret } = { secret: 'A'.repeat(32) };
    expect((await refusal(thief, addAuthenticator, { secret, code: codeOf(secret) })).type).toBe('auth.required');
    expect((await refusal(thief, showCode, { code: '000000' })).type).toBe('auth.required');
    expect(await statusOf(thief)).toBe(401);
  });

  test('sends people of its provider there too', async () => {
    await asks();
    const agent = browser();
    const { url } = await agent.submitPassword(await agent.openSignIn('/runs'), 'viewer@borealis.test', 'cobench-demo');
    expect(`${url.pathname}${url.search}`).toBe('/sign-in/second-factor?returnTo=%2Fruns');
    expect(await call(agent, waiting, {})).toMatchObject({ waiting: { step: 'set-up-second-factor' } });
    const { key } = await withPasskey(agent);
    expect(await call(agent, me, {})).toMatchObject({ role: 'viewer' });
    await app.connection.collection('passkeys').deleteOne({ _id: key.id as never });
  });

  test('is not entered from another one, before a second factor was shown', async () => {
    const admin = await asks();
    const { email, agent } = await accounts(app).anAccount();
    const { token } = await accounts(app).invitedAs(email, admin);
    const { organisationId } = await call(agent, accountEndpoints.join, { token });
    expect((await refusal(agent, switchOrganisation, { organisationId })).type).toBe('second-factor.required');
    await withApp(agent);
    expect(await call(agent, switchOrganisation, { organisationId })).toMatchObject({
      organisation: { id: organisationId },
    });
  });

  test('is not slipped into by a sign-in that overlaps the decision', async () => {
    const admin = await justSignedIn(await app.signIn('admin@borealis.test'));
    const { key } = await withPasskey(admin);
    const { token, email } = await accounts(app).invited('technician', admin);
    await call(browser(), register, { token, name: 'Noor Haddad', password });
    const entering = Array.from({ length: 8 }, () => entered(email).catch(() => null));
    await policies(admin, { secondFactor: true });
    const came = (await Promise.all(entering)).flatMap((one) => (one ? [one.agent] : []));
    expect(await Promise.all(came.map(statusOf))).toEqual(came.map(() => 401));
    await policies(admin, { secondFactor: false });
    await call(admin, removePasskey, { passkey: key.id });
  });

  test('is not moved into by somebody who overlaps the decision', async () => {
    const admin = await justSignedIn(await app.signIn('admin@borealis.test'));
    const { key } = await withPasskey(admin);
    const { email, agent } = await accounts(app).anAccount();
    const { token } = await accounts(app).invitedAs(email, admin);
    const { organisationId } = await call(agent, accountEndpoints.join, { token });
    const others = await Promise.all(Array.from({ length: 6 }, async () => (await entered(email)).agent));
    const moves = others.map((one) => call(one, switchOrganisation, { organisationId }).catch(() => null));
    await policies(admin, { secondFactor: true });
    await Promise.all(moves);
    const seats = await Promise.all(others.map((one) => call(one, me, {}).catch(() => null)));
    expect(seats.map((seat) => seat?.organisation.id)).not.toContain(organisationId);
    await policies(admin, { secondFactor: false });
    await call(admin, removePasskey, { passkey: key.id });
  });

  test('is not left without by two removals at once, nor decided about at an open screen', async () => {
    const admin = await asks();
    const { token } = await accounts(app).invited('technician', admin);
    const agent = browser();
    await call(agent, register, { token, name: 'Noor Haddad', password });
    await withApp(agent);
    const { key } = await withPasskey(agent);
    const removals = [call(agent, removeAuthenticator, {}), call(agent, removePasskey, { passkey: key.id })];
    const done = await Promise.allSettled(removals);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    later(15 * minute);
    const { version, policies: now_ } = await call(admin, organisation, {});
    const weaker = { version, policies: { ...now_, secondFactor: false } };
    expect((await refusal(admin, editOrganisation, weaker)).type).toBe('confirmation.required');
    expect((await refusal(admin, editOrganisation, { ...weaker, version: version + 1 })).type).toBe('edit.conflict');
  });

  test('has its programs show a code too', async () => {
    const { begin } = apiSessionEndpoints;
    const { email, agent } = await accounts(app).anAccount();
    await call(agent, begin, { email, password });
    const { secret } = await withApp(agent);
    expect((await refusal(browser(), begin, { email, password })).type).toBe('second-factor.required');
    expect((await refusal(browser(), begin, { email, password, code: '000000' })).type).toBe('second-factor.wrong');
    await call(browser(), begin, { email, password, code: codeOf(secret) });
    const admin = await asks();
    const { token, email: another } = await accounts(app).invited('technician', admin);
    await call(browser(), register, { token, name: 'Noor Haddad', password });
    const problem = await refusal(browser(), begin, { email: another, password });
    expect(problem).toMatchObject({ type: 'second-factor.required', detail: expect.stringContaining('browser') });
  });
});

describe('[SF6] whoever waits for a second factor', () => {
  test('waits ten minutes', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    const { agent: next } = await entered(email);
    later(10 * minute);
    expect(await call(next, waiting, {})).toEqual({ waiting: null });
    expect((await refusal(next, showCode, { code: codeOf(secret) })).type).toBe('auth.required');
  });

  test('is nobody again when an administrator signs them out', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    const { id } = await call(agent, me, {});
    const { agent: next } = await entered(email);
    await call(await app.signIn('admin@acme.test'), endMemberSessions, { id });
    expect((await refusal(next, showCode, { code: codeOf(secret) })).type).toBe('auth.required');
  });

  test('is nobody again when the password is another one', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const { secret } = await withApp(agent);
    const { agent: next } = await entered(email);
    await call(browser(), forgot, { email });
    const token = await accounts(app).tokenFor(email, 'reset');
    await call(browser(), reset, { token, password: 'nine dry ingots' });
    expect((await refusal(next, showCode, { code: codeOf(secret) })).type).toBe('auth.required');
  });
});

describe('[SF7] who lost theirs', () => {
  const { reset: resetFactors } = secondFactorEndpoints;

  test('is helped by an administrator: the factors are gone, every session ends, a mail tells them', async () => {
    const { email, agent } = await accounts(app).anAccount();
    await withApp(agent);
    await withPasskey(agent);
    const { id } = await call(agent, me, {});
    const admin = await justSignedIn(await app.signIn('admin@acme.test'));
    const { id: self } = await call(admin, me, {});
    expect((await refusal(admin, resetFactors, { id: self })).type).toBe('state.conflict');
    later(15 * minute);
    expect((await refusal(admin, resetFactors, { id })).type).toBe('confirmation.required');
    await call(await justSignedIn(admin), resetFactors, { id });
    expect(await statusOf(agent)).toBe(401);
    expect((await entered(email)).step).toBe('signed-in');
    const mails = async () => (await fetch(new URL('/dev/mail', app.origin))).text();
    await expect
      .poll(async () => (await mails()).split('<article>').find((mail) => mail.includes(`To ${email}`)))
      .toContain('taken away');
  });

  test('is not an administrator’s to open where they work for others too', async () => {
    const { email, agent } = await accounts(app).anAccount();
    const borealis = await app.signIn('admin@borealis.test');
    const { token } = await accounts(app).invitedAs(email, borealis);
    await call(agent, accountEndpoints.join, { token });
    await withApp(agent);
    const { id } = await call(agent, me, {});
    const admin = await app.signIn('admin@acme.test');
    expect((await refusal(admin, resetFactors, { id })).type).toBe('state.conflict');
    expect((await entered(email)).step).toBe('show-second-factor');
  });
});
