import { apiSessionEndpoints } from '@cobench/shared/identity/api-session';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { accounts, password } from '../../../test/accounts.ts';
import { Authenticator } from '../../../test/authenticator.ts';
import { call, refusal } from '../../../test/call.ts';
import { minute, startWithFactors, type WithFactors } from '../../../test/second-factors.ts';

const { me } = identityEndpoints;
const {
  waiting,
  showCode,
  askPasskey,
  showPasskey,
  mine,
  confirm,
  newRecoveryCodes,
  newAuthenticator,
  removeAuthenticator,
  newPasskey,
  addPasskey,
  removePasskey,
} = secondFactorEndpoints;

let factors: WithFactors;
beforeAll(async () => {
  factors = await startWithFactors();
});
afterAll(() => factors.app.close());

describe('[SF1] an authenticator app', () => {
  test('is asked for after the password, and its code lets them in; nothing else did meanwhile', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret, recoveryCodes } = await factors.withApp(agent);
    expect(recoveryCodes).toHaveLength(10);
    const { agent: next, step } = await factors.entered(email);
    expect([step, await factors.statusOf(next)]).toEqual(['show-second-factor', 401]);
    expect((await refusal(next, mine, {})).type).toBe('auth.required');
    const has = { step: 'show-second-factor', name: 'Noor Haddad', hasAuthenticator: true, hasPasskey: false };
    expect(await call(next, waiting, {})).toEqual({ waiting: has });
    await call(next, showCode, { code: factors.codeOf(secret).replace(/(...)/, '$1 ') });
    expect(await call(next, me, {})).toMatchObject({ email });
    expect(await call(next, waiting, {})).toEqual({ waiting: null });
  });

  test('a code is good once, within half a minute of its time, and for nobody else', async () => {
    const [one, two] = [await accounts(factors.app).anAccount(), await accounts(factors.app).anAccount()];
    const [{ secret }, other] = [await factors.withApp(one.agent), await factors.withApp(two.agent)];
    const code = factors.codeOf(secret);
    const first = await factors.entered(one.email);
    const tries = { foreign: factors.codeOf(other.secret), early: factors.codeOf(secret, minute) };
    for (const [what, wrong] of Object.entries(tries)) {
      expect([what, (await refusal(first.agent, showCode, { code: wrong })).type]).toEqual([
        what,
        'second-factor.wrong',
      ]);
    }
    await call(first.agent, showCode, { code });
    const second = await factors.entered(one.email);
    expect((await refusal(second.agent, showCode, { code })).type).toBe('second-factor.wrong');
    factors.later(minute);
    await call(second.agent, showCode, { code: factors.codeOf(secret) });
  });

  test('of ten who show one code at once, one comes in', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    const agents = await Promise.all(Array.from({ length: 10 }, async () => (await factors.entered(email)).agent));
    const code = factors.codeOf(secret);
    await Promise.allSettled(agents.map((one) => call(one, showCode, { code })));
    const came = await Promise.all(agents.map(factors.statusOf));
    expect(came.filter((status) => status === 200)).toHaveLength(1);
  });

  test('is not guessed: after ten wrong codes there is a quarter of an hour to wait, whatever door they came to', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret, recoveryCodes } = await factors.withApp(agent);
    const guess = async (at: number) => {
      const code = '000000';
      if (at % 3 === 0)
        return (await refusal(factors.browser(), apiSessionEndpoints.begin, { email, password, code })).type;
      if (at % 3 === 1) return (await refusal(agent, confirm, { code })).type;
      return (await refusal((await factors.entered(email)).agent, showCode, { code })).type;
    };
    const answers: string[] = [];
    for (let at = 0; at < 12; at++) answers.push(await guess(at));
    expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'second-factor.wrong'));
    expect(answers.slice(10)).toEqual(['rate.limited', 'rate.limited']);
    const { agent: right } = await factors.entered(email);
    expect((await refusal(right, showCode, { code: factors.codeOf(secret) })).type).toBe('rate.limited');
    // Its owner hears of it, and is not kept out by it.
    const mails = async () => (await fetch(new URL('/dev/mail', factors.app.origin))).text();
    const about = async () => (await mails()).split('<article>').find((mail) => mail.includes(`To ${email}`));
    await expect.poll(about).toContain('many codes');
    await call(right, showCode, { code: String(recoveryCodes[0]) });
    factors.later(15 * minute);
    await call((await factors.entered(email)).agent, showCode, { code: factors.codeOf(secret) });
  });

  test('of fifty guesses at once ten are looked at', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    await factors.withApp(agent);
    const agents = await Promise.all(Array.from({ length: 5 }, async () => (await factors.entered(email)).agent));
    const tries = agents.flatMap((one) => Array.from({ length: 10 }, () => refusal(one, showCode, { code: '000000' })));
    const types = (await Promise.all(tries)).map(({ type }) => type);
    expect(types.filter((type) => type === 'second-factor.wrong')).toHaveLength(10);
  });

  test('on a new phone takes the place of the one before', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const [old, next] = [await factors.withApp(agent), await factors.withApp(agent)];
    expect(next.recoveryCodes).toEqual([]);
    const { agent: other } = await factors.entered(email);
    expect((await refusal(other, showCode, { code: factors.codeOf(old.secret) })).type).toBe('second-factor.wrong');
    await call(other, showCode, { code: factors.codeOf(next.secret) });
  });

  test('keeps its secret sealed: the database does not show it, nor does it open as another person’s', async () => {
    const { agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    const { id } = await call(agent, me, {});
    const row = await factors.app.connection.collection('secondFactors').findOne({ _id: id as never });
    expect(JSON.stringify(row)).not.toContain(secret);
    const { email, agent: thief } = await accounts(factors.app).anAccount();
    const stolen = await factors.withApp(thief);
    const { id: thiefId } = await call(thief, me, {});
    const sealed = { 'authenticator.sealed': row?.['authenticator'].sealed };
    await factors.app.connection.collection('secondFactors').updateOne({ _id: thiefId as never }, { $set: sealed });
    const { agent: next } = await factors.entered(email);
    const response = await next.post('/api/v1/sign-in/second-factor', { code: factors.codeOf(secret) });
    expect([response.ok, stolen.secret === secret]).toEqual([false, false]);
    expect(await factors.statusOf(next)).toBe(401);
  });
});

describe('[SF2] a recovery code', () => {
  test('lets in once; the trail and the list know that one is gone', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { recoveryCodes } = await factors.withApp(agent);
    const code = String(recoveryCodes[3]);
    const first = await factors.entered(email);
    await call(first.agent, showCode, { code: code.toUpperCase() });
    expect((await call(first.agent, mine, {})).recoveryCodesLeft).toBe(9);
    const second = await factors.entered(email);
    expect((await refusal(second.agent, showCode, { code })).type).toBe('second-factor.wrong');
    const admin = await factors.app.signIn('admin@acme.test');
    const { items } = await call(admin, auditEndpoints.list, { kind: 'second-factor' });
    expect(items.map(({ action }) => action)).toContain('second-factor.use');
  });

  test('is over with the last factor; the next factor comes with new ones', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { recoveryCodes: old } = await factors.withApp(agent);
    await call(agent, removeAuthenticator, {});
    const { recoveryCodes } = await factors.withApp(agent);
    expect(recoveryCodes).toHaveLength(10);
    const { agent: next } = await factors.entered(email);
    expect((await refusal(next, showCode, { code: String(old[0]) })).type).toBe('second-factor.wrong');
    await call(next, showCode, { code: String(recoveryCodes[0]) });
  });

  test('of the ones before is over when new ones are made', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { recoveryCodes: old } = await factors.withApp(agent);
    const { recoveryCodes } = await call(agent, newRecoveryCodes, {});
    const { agent: next } = await factors.entered(email);
    expect((await refusal(next, showCode, { code: String(old[0]) })).type).toBe('second-factor.wrong');
    await call(next, showCode, { code: String(recoveryCodes[0]) });
  });
});

describe('[SF3] a passkey', () => {
  test('signs in by itself, and counts as two factors', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { key, recoveryCodes } = await factors.withPasskey(agent);
    expect(recoveryCodes).toHaveLength(10);
    const next = factors.browser();
    await call(next, showPasskey, { passkey: key.show(await call(next, askPasskey, {})) });
    expect(await call(next, me, {})).toMatchObject({ email });
    await call(next, removePasskey, { passkey: key.id });
    expect(await call(next, mine, {})).toMatchObject({ passkeys: [] });
  });

  test('finishes a sign-in with a password, if it is of the same person', async () => {
    const [one, two] = [await accounts(factors.app).anAccount(), await accounts(factors.app).anAccount()];
    const [mineToo, foreign] = [await factors.withPasskey(one.agent), await factors.withPasskey(two.agent)];
    const { agent, step } = await factors.entered(one.email);
    expect(step).toBe('show-second-factor');
    const wrong = foreign.key.show(await call(agent, askPasskey, {}));
    expect((await refusal(agent, showPasskey, { passkey: wrong })).type).toBe('second-factor.wrong');
    expect(await factors.statusOf(agent)).toBe(401);
    await call(agent, showPasskey, { passkey: mineToo.key.show(await call(agent, askPasskey, {})) });
    expect(await call(agent, me, {})).toMatchObject({ email: one.email });
  });

  test('that lies is refused, whatever it lies about; the honest twin comes in', async () => {
    const { agent } = await accounts(factors.app).anAccount();
    const { key } = await factors.withPasskey(agent);
    const ask = () => call(factors.browser(), askPasskey, {});
    const stale = await ask();
    const used = await ask();
    await call(factors.browser(), showPasskey, { passkey: key.show(used) });
    const other = new Authenticator(factors.app.origin);
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
      const liar = factors.browser();
      expect([way, (await refusal(liar, showPasskey, { passkey })).type]).toEqual([way, 'second-factor.wrong']);
      expect([way, await factors.statusOf(liar)]).toEqual([way, 401]);
    }
    const twin = factors.browser();
    await call(twin, showPasskey, { passkey: key.show(stale) });
    expect(await factors.statusOf(twin)).toBe(200);
  });

  test('that is known already, or makes no sense, is refused at once, and nobody waits for that', async () => {
    const { agent } = await accounts(factors.app).anAccount();
    const { key } = await factors.withPasskey(agent);
    const again = key.make(await call(agent, newPasskey, {}));
    expect((await refusal(agent, addPasskey, { name: 'Twice', passkey: again })).type).toBe('state.conflict');
    const honest = key.show(await call(agent, askPasskey, {}));
    for (const data of ['{}', '{"challenge":5}', '{"challenge":{}}', '[]', '"x"', 'null', '', '{']) {
      const clientDataJSON = Buffer.from(data).toString('base64url');
      const passkey = { ...honest, response: { ...honest.response, clientDataJSON } };
      expect([data, (await refusal(factors.browser(), showPasskey, { passkey })).type]).toEqual([
        data,
        'second-factor.wrong',
      ]);
    }
    await call(factors.browser(), showPasskey, { passkey: honest });
  });

  test('is asked for within five minutes', async () => {
    const { agent } = await accounts(factors.app).anAccount();
    const { key } = await factors.withPasskey(agent);
    const options = await call(factors.browser(), askPasskey, {});
    factors.later(5 * minute);
    expect((await refusal(factors.browser(), showPasskey, { passkey: key.show(options) })).type).toBe(
      'second-factor.wrong',
    );
  });

  test('of people of a provider is no way around it: it may have dismissed them', async () => {
    const engineer = await factors.justSignedIn(await factors.app.signIn('engineer@acme.test'));
    const { key } = await factors.withPasskey(engineer);
    onTestFinished(async () => void (await call(engineer, removePasskey, { passkey: key.id })));
    const next = factors.browser();
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
    const { agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    factors.later(15 * minute);
    const asked = [newAuthenticator, removeAuthenticator, newPasskey, newRecoveryCodes];
    for (const contract of asked) expect((await refusal(agent, contract, {})).type).toBe('confirmation.required');
    expect((await refusal(agent, confirm, { password: 'a guess' })).type).toBe('input.invalid');
    expect((await refusal(agent, confirm, {})).type).toBe('input.invalid');
    expect((await refusal(agent, confirm, { code: '000000' })).type).toBe('second-factor.wrong');
    expect((await refusal(agent, removeAuthenticator, {})).type).toBe('confirmation.required');
    await call(agent, confirm, { code: factors.codeOf(secret) });
    await call(agent, removeAuthenticator, {});
    factors.later(15 * minute);
    expect((await refusal(agent, newAuthenticator, {})).type).toBe('confirmation.required');
    await call(agent, confirm, { password });
    await call(agent, newAuthenticator, {});
  });

  test('confirms with their own passkey, and nobody else’s', async () => {
    const [{ agent }, other] = [await accounts(factors.app).anAccount(), await accounts(factors.app).anAccount()];
    const [own, foreign] = [await factors.withPasskey(agent), await factors.withPasskey(other.agent)];
    factors.later(15 * minute);
    const wrong = foreign.key.show(await call(agent, askPasskey, {}));
    expect((await refusal(agent, confirm, { passkey: wrong })).type).toBe('second-factor.wrong');
    await call(agent, confirm, { passkey: own.key.show(await call(agent, askPasskey, {})) });
    await call(agent, newPasskey, {});
  });
});
