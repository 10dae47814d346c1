import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { apiSessionEndpoints } from '@cobench/shared/identity/api-session';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accounts, password } from '../../../test/accounts.ts';
import { Authenticator } from '../../../test/authenticator.ts';
import { call, refusal } from '../../../test/call.ts';
import { minute, startWithFactors, type WithFactors } from '../../../test/second-factors.ts';

const { register, reset, forgot } = accountEndpoints;
const { me, organisation, editOrganisation, switchOrganisation, endMemberSessions } = identityEndpoints;
const {
  waiting,
  showCode,
  confirm,
  newRecoveryCodes,
  newAuthenticator,
  addAuthenticator,
  removeAuthenticator,
  newPasskey,
  removePasskey,
  addPasskey,
} = secondFactorEndpoints;

let factors: WithFactors;
beforeAll(async () => {
  factors = await startWithFactors();
});
afterAll(() => factors.app.close());

/** What is kept of somebody's factors. */
type Row = { _id: string; recoveryHashes?: string[]; authenticator?: object | null };

describe('[SF8] a password alone', () => {
  test('is no way to the factors that are set up later: what came in with it ends with the first factor', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { agent: thief } = await factors.entered(email);
    const program = await call(factors.browser(), apiSessionEndpoints.begin, { email, password });
    await factors.withApp(agent);
    expect(await factors.statusOf(thief)).toBe(401);
    const bearer = { authorization: `Bearer ${program.accessToken}` };
    expect((await fetch(new URL('/api/v1/me', factors.app.origin), { headers: bearer })).status).toBe(401);
    expect(await factors.statusOf(agent)).toBe(200);
  });

  test('that comes in while the first factor is set up is out again, whatever cookie it was given', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret } = await call(agent, newAuthenticator, {});
    const thieves = Array.from({ length: 12 }, () => factors.browser());
    const entering = thieves.map((one) => factors.entered(email, one).catch(() => null));
    const programs = [1, 2, 3].map(() =>
      call(factors.browser(), apiSessionEndpoints.begin, { email, password }).catch(() => null),
    );
    await call(agent, addAuthenticator, { secret, code: factors.codeOf(secret) });
    await Promise.all(entering);
    expect(await Promise.all(thieves.map(factors.statusOf))).toEqual(thieves.map(() => 401));
    for (const program of await Promise.all(programs)) {
      const headers = { authorization: `Bearer ${program?.accessToken ?? ''}` };
      expect((await fetch(new URL('/api/v1/me', factors.app.origin), { headers })).status).toBe(401);
    }
    expect(await factors.statusOf(agent)).toBe(200);
  });

  test('does not choose another password where there is a factor that was not shown lately', async () => {
    const { agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    factors.later(15 * minute);
    const change = { current: password, password: 'nine dry ingots' };
    expect((await refusal(agent, accountEndpoints.changePassword, change)).type).toBe('confirmation.required');
    await call(agent, confirm, { code: factors.codeOf(secret) });
    await call(agent, accountEndpoints.changePassword, change);
  });

  test('does not confirm who it is where there is a factor', async () => {
    const { agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    factors.later(15 * minute);
    expect((await refusal(agent, confirm, { password })).type).toBe('input.invalid');
    expect((await refusal(agent, newRecoveryCodes, {})).type).toBe('confirmation.required');
    await call(agent, confirm, { code: factors.codeOf(secret) });
    await call(agent, newRecoveryCodes, {});
  });

  test('that was changed leaves nobody who overlapped with it, however they came', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { recoveryCodes } = await factors.withApp(agent);
    const waits = await Promise.all(
      recoveryCodes.map(async (code) => ({ code, agent: (await factors.entered(email)).agent })),
    );
    await call(factors.browser(), forgot, { email });
    const token = await accounts(factors.app).tokenFor(email, 'reset');
    await Promise.allSettled([
      ...waits.map(({ code, agent: one }) => call(one, showCode, { code })),
      call(factors.browser(), reset, { token, password: 'nine dry ingots' }),
      ...waits.map(({ code, agent: one }) => call(one, showCode, { code })),
    ]);
    expect(await Promise.all(waits.map(({ agent: one }) => factors.statusOf(one)))).toEqual(waits.map(() => 401));
  });

  test('that is right uses up nobody’s sign-ins where a program lacks a code', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    await factors.withApp(agent);
    const { begin } = apiSessionEndpoints;
    for (let at = 0; at < 12; at++) {
      expect((await refusal(factors.browser(), begin, { email, password })).type).toBe('second-factor.required');
    }
    expect((await factors.entered(email)).step).toBe('show-second-factor');
  });
});

describe('[SF5] an organisation that asks for a second factor', () => {
  test('is made so by somebody who has one; sessions that showed none end, the others stay', async () => {
    const [admin, technician] = [
      await factors.justSignedIn(await factors.app.signIn('admin@borealis.test')),
      await factors.app.signIn('technician@borealis.test'),
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
    const strong = await factors.asks();
    expect([await factors.statusOf(strong), await factors.statusOf(technician)]).toEqual([200, 401]);
  });

  test('lets who has none set one up before anything else, and then in', async () => {
    const admin = await factors.asks();
    const { email, token } = await accounts(factors.app).invited('technician', admin);
    const agent = factors.browser();
    expect(await call(agent, register, { token, name: 'Noor Haddad', password })).toEqual({
      step: 'set-up-second-factor',
    });
    expect(await factors.statusOf(agent)).toBe(401);
    expect((await refusal(agent, confirm, { password })).type).toBe('auth.required');
    const { secret } = await call(agent, newAuthenticator, {});
    expect((await refusal(agent, addAuthenticator, { secret, code: '000000' })).type).toBe('input.invalid');
    expect(await factors.statusOf(agent)).toBe(401);
    await call(agent, addAuthenticator, { secret, code: factors.codeOf(secret) });
    expect(await call(agent, me, {})).toMatchObject({ email, organisation: { name: 'Borealis Institute' } });
    expect((await refusal(agent, removeAuthenticator, {})).type).toBe('state.conflict');
  });

  test('does not let a password alone add a factor where there is one meanwhile', async () => {
    const admin = await factors.asks();
    const { email, token } = await accounts(factors.app).invited('technician', admin);
    const [owner, thief] = [factors.browser(), factors.browser()];
    await call(owner, register, { token, name: 'Noor Haddad', password });
    expect((await factors.entered(email, thief)).step).toBe('set-up-second-factor');
    await factors.withApp(owner);
    for (const contract of [newAuthenticator, newPasskey]) {
      expect((await refusal(thief, contract, {})).type).toBe('auth.required');
    }
    const { secret } = { secret: 'A'.repeat(32) };
    expect((await refusal(thief, addAuthenticator, { secret, code: factors.codeOf(secret) })).type).toBe(
      'auth.required',
    );
    expect((await refusal(thief, showCode, { code: '000000' })).type).toBe('auth.required');
    expect(await factors.statusOf(thief)).toBe(401);
  });

  test('sends people of its provider there too', async () => {
    await factors.asks();
    const agent = factors.browser();
    const { url } = await agent.submitPassword(await agent.openSignIn('/runs'), 'viewer@borealis.test', 'cobench-demo');
    expect(`${url.pathname}${url.search}`).toBe('/sign-in/second-factor?returnTo=%2Fruns');
    expect(await call(agent, waiting, {})).toMatchObject({ waiting: { step: 'set-up-second-factor' } });
    const { key } = await factors.withPasskey(agent);
    expect(await call(agent, me, {})).toMatchObject({ role: 'viewer' });
    await factors.app.connection.collection('passkeys').deleteOne({ _id: key.id as never });
  });

  test('is not entered from another one, before a second factor was shown', async () => {
    const admin = await factors.asks();
    const { email, agent } = await accounts(factors.app).anAccount();
    const { token } = await accounts(factors.app).invitedAs(email, admin);
    const { organisationId } = await call(agent, accountEndpoints.join, { token });
    expect((await refusal(agent, switchOrganisation, { organisationId })).type).toBe('second-factor.required');
    await factors.withApp(agent);
    expect(await call(agent, switchOrganisation, { organisationId })).toMatchObject({
      organisation: { id: organisationId },
    });
  });

  test('is not slipped into by a sign-in that overlaps the decision, nor with the cookie of one that was refused', async () => {
    const admin = await factors.justSignedIn(await factors.app.signIn('admin@borealis.test'));
    const { key } = await factors.withPasskey(admin);
    const { token, email } = await accounts(factors.app).invited('technician', admin);
    await call(factors.browser(), register, { token, name: 'Noor Haddad', password });
    const browsers = Array.from({ length: 12 }, () => factors.browser());
    const entering = browsers.map((one) => factors.entered(email, one).catch(() => null));
    await factors.setPolicies(admin, { secondFactor: true });
    await Promise.all(entering);
    expect(await Promise.all(browsers.map(factors.statusOf))).toEqual(browsers.map(() => 401));
    await factors.setPolicies(admin, { secondFactor: false });
    await call(admin, removePasskey, { passkey: key.id });
  });

  test('is not moved into by somebody who overlaps the decision', async () => {
    const admin = await factors.justSignedIn(await factors.app.signIn('admin@borealis.test'));
    const { key } = await factors.withPasskey(admin);
    const { email, agent } = await accounts(factors.app).anAccount();
    const { token } = await accounts(factors.app).invitedAs(email, admin);
    const { organisationId } = await call(agent, accountEndpoints.join, { token });
    const others = await Promise.all(Array.from({ length: 6 }, async () => (await factors.entered(email)).agent));
    const moves = others.map((one) => call(one, switchOrganisation, { organisationId }).catch(() => null));
    await factors.setPolicies(admin, { secondFactor: true });
    await Promise.all(moves);
    const seats = await Promise.all(others.map((one) => call(one, me, {}).catch(() => null)));
    expect(seats.map((seat) => seat?.organisation.id)).not.toContain(organisationId);
    await factors.setPolicies(admin, { secondFactor: false });
    await call(admin, removePasskey, { passkey: key.id });
  });

  test('is not left without by two removals at once, nor decided about at an open screen', async () => {
    const admin = await factors.asks();
    const { token } = await accounts(factors.app).invited('technician', admin);
    const agent = factors.browser();
    await call(agent, register, { token, name: 'Noor Haddad', password });
    await factors.withApp(agent);
    const { key } = await factors.withPasskey(agent);
    const removals = [call(agent, removeAuthenticator, {}), call(agent, removePasskey, { passkey: key.id })];
    const done = await Promise.allSettled(removals);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    factors.later(15 * minute);
    const { version, policies } = await call(admin, organisation, {});
    const weaker = { version, policies: { ...policies, secondFactor: false } };
    expect((await refusal(admin, editOrganisation, weaker)).type).toBe('confirmation.required');
    expect((await refusal(admin, editOrganisation, { ...weaker, version: version + 1 })).type).toBe('edit.conflict');
  });

  test('has its programs show a code too', async () => {
    const { begin } = apiSessionEndpoints;
    const { email, agent } = await accounts(factors.app).anAccount();
    await call(agent, begin, { email, password });
    const { secret } = await factors.withApp(agent);
    expect((await refusal(factors.browser(), begin, { email, password })).type).toBe('second-factor.required');
    expect((await refusal(factors.browser(), begin, { email, password, code: '000000' })).type).toBe(
      'second-factor.wrong',
    );
    await call(factors.browser(), begin, { email, password, code: factors.codeOf(secret) });
    const admin = await factors.asks();
    const { token, email: another } = await accounts(factors.app).invited('technician', admin);
    await call(factors.browser(), register, { token, name: 'Noor Haddad', password });
    const problem = await refusal(factors.browser(), begin, { email: another, password });
    expect(problem).toMatchObject({ type: 'second-factor.required', detail: expect.stringContaining('browser') });
  });
});

describe('[SF6] whoever waits for a second factor', () => {
  test('waits ten minutes', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    const { agent: next } = await factors.entered(email);
    factors.later(10 * minute);
    expect(await call(next, waiting, {})).toEqual({ waiting: null });
    expect((await refusal(next, showCode, { code: factors.codeOf(secret) })).type).toBe('auth.required');
  });

  test('is nobody again when an administrator signs them out', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    const { id } = await call(agent, me, {});
    const { agent: next } = await factors.entered(email);
    await call(await factors.app.signIn('admin@acme.test'), endMemberSessions, { id });
    expect((await refusal(next, showCode, { code: factors.codeOf(secret) })).type).toBe('auth.required');
  });

  test('is nobody again when the password is another one', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const { secret } = await factors.withApp(agent);
    const { agent: next } = await factors.entered(email);
    await call(factors.browser(), forgot, { email });
    const token = await accounts(factors.app).tokenFor(email, 'reset');
    await call(factors.browser(), reset, { token, password: 'nine dry ingots' });
    expect((await refusal(next, showCode, { code: factors.codeOf(secret) })).type).toBe('auth.required');
  });
});

describe('[SF7] who lost theirs', () => {
  const { reset: resetFactors } = secondFactorEndpoints;

  test('is helped by an administrator: the factors are gone, every session ends, a mail tells them', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    await factors.withApp(agent);
    await factors.withPasskey(agent);
    const { id } = await call(agent, me, {});
    const admin = await factors.justSignedIn(await factors.app.signIn('admin@acme.test'));
    const { id: self } = await call(admin, me, {});
    expect((await refusal(admin, resetFactors, { id: self })).type).toBe('state.conflict');
    factors.later(15 * minute);
    expect((await refusal(admin, resetFactors, { id })).type).toBe('confirmation.required');
    await call(await factors.justSignedIn(admin), resetFactors, { id });
    expect(await factors.statusOf(agent)).toBe(401);
    expect((await factors.entered(email)).step).toBe('signed-in');
    const mails = async () => (await fetch(new URL('/dev/mail', factors.app.origin))).text();
    await expect
      .poll(async () => (await mails()).split('<article>').find((mail) => mail.includes(`To ${email}`)))
      .toContain('taken away');
  });

  test('has none afterwards, whatever was being added at the same moment', async () => {
    const admin = await factors.app.signIn('admin@acme.test');
    for (let round = 0; round < 4; round++) {
      const { agent } = await accounts(factors.app).anAccount();
      await factors.withApp(agent);
      const { id } = await call(agent, me, {});
      await factors.justSignedIn(admin);
      const keys = [1, 2, 3].map(() => new Authenticator(factors.app.origin));
      const made = await Promise.all(keys.map(async (key) => key.make(await call(agent, newPasskey, {}))));
      await Promise.allSettled([
        ...made.map((passkey, at) => call(agent, addPasskey, { name: `Key ${at}`, passkey })),
        call(agent, newRecoveryCodes, {}),
        call(admin, resetFactors, { id }),
      ]);
      const { connection } = factors.app;
      expect(await connection.collection('passkeys').countDocuments({ personId: id })).toBe(0);
      const left = await connection.collection<Row>('secondFactors').findOne({ _id: id });
      expect([left?.recoveryHashes ?? [], left?.authenticator ?? null]).toEqual([[], null]);
    }
  });

  test('is not an administrator’s to open where they work for others too', async () => {
    const { email, agent } = await accounts(factors.app).anAccount();
    const borealis = await factors.app.signIn('admin@borealis.test');
    const { token } = await accounts(factors.app).invitedAs(email, borealis);
    await call(agent, accountEndpoints.join, { token });
    await factors.withApp(agent);
    const { id } = await call(agent, me, {});
    const admin = await factors.app.signIn('admin@acme.test');
    expect((await refusal(admin, resetFactors, { id })).type).toBe('state.conflict');
    expect((await factors.entered(email)).step).toBe('show-second-factor');
  });
});
