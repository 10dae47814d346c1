import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accounts, password } from '../../../test/accounts.ts';
import { Agent } from '../../../test/agent.ts';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';

const { invite, invitations, revokeInvitation, openInvitation, register, join, signIn, forgot, reset } =
  accountEndpoints;
const { mine, changePassword } = accountEndpoints;
const { me, members, switchOrganisation, disableMember } = identityEndpoints;

type Parts = ReturnType<typeof accounts>;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const browser = () => new Agent(app.origin);
const invited: Parts['invited'] = (...given) => accounts(app).invited(...given);
const anAccount: Parts['anAccount'] = (...given) => accounts(app).anAccount(...given);
const tokenFor: Parts['tokenFor'] = (...given) => accounts(app).tokenFor(...given);
const mailedTo: Parts['mailedTo'] = (...given) => accounts(app).mailedTo(...given);
const anAddress = () => accounts(app).anAddress();

describe('[AC1] who is invited', () => {
  test('sees to what, makes an account, and works in that role at once; the trail says who invited whom', async () => {
    const { email, token, invitation } = await invited();
    expect(invitation).toMatchObject({ email, role: 'technician', link: null });
    const agent = browser();
    const seen = { organisation: 'Acme Labs', email, role: 'technician', hasAccount: false };
    expect(await call(agent, openInvitation, { token })).toEqual(seen);
    await call(agent, register, { token, name: 'Noor Haddad', password });
    const noor = await call(agent, me, {});
    expect(noor).toMatchObject({ name: 'Noor Haddad', email, role: 'technician' });
    const admin = await app.as('admin@acme.test');
    const { items } = await call(admin, auditEndpoints.list, { person: noor.id });
    expect(items.map(({ action }) => action)).toEqual(['session.begin', 'member.join']);
    expect(items[1]).toMatchObject({ reason: expect.stringMatching(/^Invited by /), after: { role: 'technician' } });
    expect((await call(admin, invitations, {})).items.map(({ id }) => id)).not.toContain(invitation.id);
  });

  test('can use it once, even at once', async () => {
    const { token } = await invited();
    const tries = await Promise.allSettled(
      [1, 2, 3].map(() => call(browser(), register, { token, name: 'Twice', password })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusal(browser(), openInvitation, { token })).toMatchObject({ type: 'input.invalid' });
  });

  test('finds nothing where it was taken back', async () => {
    const { token, invitation } = await invited();
    const admin = await app.as('admin@acme.test');
    await call(admin, revokeInvitation, { id: invitation.id });
    expect(await refusal(browser(), register, { token, name: 'Late', password })).toMatchObject({
      type: 'input.invalid',
      errors: [{ pointer: '/token' }],
    });
    expect(await refusal(admin, revokeInvitation, { id: invitation.id })).toMatchObject({ status: 404 });
  });

  test('comes in while whoever invited may invite, and not after', async () => {
    const { agent, email: _email } = await anAccount('admin');
    const inviter = await call(agent, me, {});
    const address = anAddress();
    await call(agent, invite, { email: address, role: 'admin' });
    const token = await tokenFor(address);
    await call(browser(), openInvitation, { token });
    await call(await app.as('admin@acme.test'), disableMember, { id: inviter.id });
    for (const contract of [openInvitation, register]) {
      const given = { token, ...(contract === register && { name: 'Back again', password }) };
      expect(await refusal(browser(), contract, given)).toMatchObject({ errors: [{ pointer: '/token' }] });
    }
  });

  test('twice, and takes both up at once, has one place', async () => {
    const [one, other] = [
      await invited('viewer', await app.as('admin@borealis.test')),
      await invited('technician', await app.as('admin@borealis.test')),
    ];
    const { agent } = await anAccount();
    const joined = await Promise.allSettled([one, other].map(({ token }) => call(agent, join, { token })));
    expect(joined.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    ['short', '/password'],
    ['x'.repeat(201), '/password'],
  ])('is told what is wrong with a password like %s, and the invitation stays good', async (bad, pointer) => {
    const { token } = await invited();
    const problem = await refusal(browser(), register, { token, name: 'N', password: bad });
    expect(problem.errors).toMatchObject([{ pointer }]);
    await call(browser(), register, { token, name: 'N', password });
  });

  test('and is somebody already joins as that person, who then belongs to both, also after their next sign-in', async () => {
    const { token } = await invited('viewer', await app.as('admin@borealis.test'));
    const engineer = await app.signIn('engineer@acme.test');
    const { organisationId } = await call(engineer, join, { token });
    expect(await refusal(engineer, join, { token })).toMatchObject({ type: 'input.invalid' });
    const there = await call(engineer, switchOrganisation, { organisationId });
    expect(there).toMatchObject({ role: 'viewer', organisation: { name: 'Borealis Institute' } });
    // The provider does not name that organisation, and does not take away what it did not give.
    const again = await call(await app.signIn('engineer@acme.test'), me, {});
    expect(again.memberships.map(({ organisation }) => organisation.id)).toContain(organisationId);
  });

  test('and belongs there already is told so', async () => {
    const { token } = await invited();
    const viewer = await app.as('viewer@acme.test');
    expect(await refusal(viewer, join, { token })).toMatchObject({ type: 'state.conflict' });
  });

  test('and has an account is sent to sign in, and nobody makes a second one', async () => {
    const { email } = await anAccount();
    const admin = await app.as('admin@borealis.test');
    await call(admin, invite, { email, role: 'viewer' });
    const token = await tokenFor(email);
    expect(await call(browser(), openInvitation, { token })).toMatchObject({ hasAccount: true });
    expect(await refusal(browser(), register, { token, name: 'Thief', password })).toMatchObject({
      type: 'state.conflict',
    });
    const agent = browser();
    await call(agent, signIn, { email, password });
    await call(agent, join, { token });
    expect((await call(agent, me, {})).memberships).toHaveLength(2);
  });
});

describe('[AC2] signing in with e-mail and password', () => {
  test('works however the address is written, and not with another password', async () => {
    const { email } = await anAccount();
    const agent = browser();
    await call(agent, signIn, { email: ` ${email.toUpperCase()} `, password });
    expect(await call(agent, me, {})).toMatchObject({ email });
    expect(await call(agent, mine, {})).toEqual({ email });
    expect(await refusal(browser(), signIn, { email, password: `${password} ` })).toMatchObject({
      type: 'credentials.wrong',
    });
  });

  test('does not say whether there is an account', async () => {
    const { email } = await anAccount();
    const [known, unknown] = [
      await refusal(browser(), signIn, { email, password: 'wrong password' }),
      await refusal(browser(), signIn, { email: anAddress(), password: 'wrong password' }),
    ];
    expect({ ...known, instance: '' }).toEqual({ ...unknown, instance: '' });
  });

  test('is slowed down for one account, whatever way it is written, and others go on', async () => {
    const [victim, other] = [await anAccount(), await anAccount()];
    const spellings = [victim.email, victim.email.toUpperCase(), ` ${victim.email}`, `${victim.email} `];
    const codes: string[] = [];
    for (let i = 0; i < 12; i++) {
      const guess = { email: spellings[i % spellings.length], password: `guess number ${i}` };
      const problem = await refusal(browser(), signIn, guess);
      codes.push(problem.type);
    }
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'credentials.wrong'));
    expect(codes.slice(10)).toEqual(['rate.limited', 'rate.limited']);
    const limited = await browser().send('POST', signIn.path, { email: victim.email, password });
    expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
    const slashed = await browser().send('POST', `${signIn.path}/`, { email: victim.email, password });
    expect(slashed.status).toBe(429);
    await call(browser(), signIn, { email: other.email, password });
  });

  test('never takes over a person of a provider who has the same address', async () => {
    const email = 'pi@acme.test';
    await call(await app.as('admin@acme.test'), invite, { email, role: 'viewer' });
    const agent = browser();
    await call(agent, register, { token: await tokenFor(email), name: 'Not the PI', password });
    const [theirs, account] = [await call(await app.signIn(email), me, {}), await call(agent, me, {})];
    expect(theirs.id).not.toBe(account.id);
    expect([theirs.role, account.role]).toEqual(['pi', 'viewer']);
    expect(await call(await app.as(email), mine, {})).toEqual({ email: null });
  });

  test('refuses who is disabled, and objects in the place of texts', async () => {
    const { email, agent } = await anAccount();
    const { id } = await call(agent, me, {});
    await call(await app.as('admin@acme.test'), disableMember, { id });
    expect((await agent.get('/api/v1/me')).status).toBe(401);
    expect(await refusal(browser(), signIn, { email, password })).toMatchObject({ type: 'access.denied' });
    for (const bad of [{ $ne: null }, ['x'], 5, null]) {
      expect(await refusal(browser(), signIn, { email, password: bad })).toMatchObject({ status: 400 });
      expect(await refusal(browser(), signIn, { email: bad, password })).toMatchObject({ status: 400 });
    }
  });

  test('is refused from another site', async () => {
    const { email } = await anAccount();
    const headers = { 'content-type': 'application/json', origin: 'https://evil.test' };
    const body = JSON.stringify({ email, password });
    const answer = await fetch(new URL(signIn.path, app.origin), { method: 'POST', headers, body });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  test('a wrong password stands in the trail of the account’s organisation, as a visitor’s, with where from', async () => {
    const { email, agent } = await anAccount();
    const { id } = await call(agent, me, {});
    await refusal(browser(), signIn, { email, password: 'wrong password' });
    const admin = await app.as('admin@acme.test');
    await expect
      .poll(async () => (await call(admin, auditEndpoints.list, { record: id, outcome: 'refused' })).items)
      .toMatchObject([
        {
          action: 'session.begin',
          by: { kind: 'visitor', id: '', name: email },
          reason: expect.stringMatching(/^The password is wrong\. From (::ffff:)?(127\.0\.0\.1|::1)\.$/),
        },
      ]);
  });
});

describe('[AC3] another password', () => {
  test('is chosen with a mailed link, once; every session ends and the old one is over', async () => {
    const { email, agent } = await anAccount();
    await call(browser(), forgot, { email });
    const token = await tokenFor(email, 'reset');
    await call(browser(), reset, { token, password: 'eight dry wafers' });
    expect((await agent.get('/api/v1/me')).status).toBe(401);
    expect(await refusal(browser(), signIn, { email, password })).toMatchObject({ type: 'credentials.wrong' });
    await call(browser(), signIn, { email, password: 'eight dry wafers' });
    expect(await refusal(browser(), reset, { token, password: 'nine dry wafers' })).toMatchObject({
      errors: [{ pointer: '/token' }],
    });
  });

  test('a newer link takes the place of the one before', async () => {
    const { email } = await anAccount();
    await call(browser(), forgot, { email });
    const first = await tokenFor(email, 'reset');
    await call(browser(), forgot, { email });
    await expect.poll(() => mailedTo(email, 'reset')).not.toBe(first);
    expect(await refusal(browser(), reset, { token: first, password: 'eight dry wafers' })).toMatchObject({
      status: 400,
    });
  });

  test('is asked for alike where there is no account, and nothing is mailed', async () => {
    const email = anAddress();
    expect(await call(browser(), forgot, { email })).toEqual({});
    // A mail that is sent after it shows that there was time for one.
    const { email: known } = await anAccount();
    await call(browser(), forgot, { email: known });
    await tokenFor(known, 'reset');
    expect(await mailedTo(email, 'reset')).toBeUndefined();
  });

  test('by a link that was mailed before is over once it was changed', async () => {
    const { email, agent } = await anAccount();
    await call(browser(), forgot, { email });
    const token = await tokenFor(email, 'reset');
    await call(agent, changePassword, { current: password, password: 'eight dry wafers' });
    expect(await refusal(browser(), reset, { token, password: 'nine dry wafers' })).toMatchObject({
      errors: [{ pointer: '/token' }],
    });
  });

  test('leaves no session that came in with the old one, however they overlap', async () => {
    const { email, agent } = await anAccount();
    const engineer = await app.as('engineer@acme.test');
    const change = () => call(agent, changePassword, { current: password, password: 'eight dry wafers' });
    // A line in front of the audit trail: some have proved the old password by then, and wait behind the new one.
    const line = Array.from({ length: 150 }, (_, i) =>
      call(engineer, projectEndpoints.create, { name: `In line ${i}` }),
    );
    const changing = change();
    const thieves: Agent[] = [];
    const signingIn: Promise<unknown>[] = [];
    for (let i = 0; i < 8; i++) {
      const thief = browser();
      thieves.push(thief);
      signingIn.push(call(thief, signIn, { email, password }).catch(() => null));
      await call(engineer, projectEndpoints.list, { limit: 1 });
    }
    await Promise.all([...line, changing, ...signingIn]);
    const inside = await Promise.all(thieves.map(async (thief) => (await thief.get('/api/v1/me')).status));
    expect(inside).toEqual(thieves.map(() => 401));
    expect((await agent.get('/api/v1/me')).status).toBe(200);
  });

  test('is not guessed by whoever has a session', async () => {
    const { agent } = await anAccount();
    const { id } = await call(agent, me, {});
    for (let i = 0; i < 10; i++) {
      const guess = { current: `guess number ${i}`, password: 'eight dry wafers' };
      expect(await refusal(agent, changePassword, guess)).toMatchObject({ status: 400 });
    }
    const right = { current: password, password: 'eight dry wafers' };
    expect(await refusal(agent, changePassword, right)).toMatchObject({ type: 'rate.limited' });
    const admin = await app.as('admin@acme.test');
    const guesses = { person: id, outcome: 'refused' } as const;
    await expect.poll(async () => (await call(admin, auditEndpoints.list, guesses)).items.length).toBe(10);
  });

  test('is changed by who knows the present one; other sessions end, this one stays', async () => {
    const { email, agent } = await anAccount();
    const other = browser();
    await call(other, signIn, { email, password });
    expect(await refusal(agent, changePassword, { current: 'no', password: 'eight dry wafers' })).toMatchObject({
      errors: [{ pointer: '/current' }],
    });
    await call(agent, changePassword, { current: password, password: 'eight dry wafers' });
    expect([(await agent.get('/api/v1/me')).status, (await other.get('/api/v1/me')).status]).toEqual([200, 401]);
    const provided = await app.as('viewer@acme.test');
    const asked = { current: password, password: 'eight dry wafers' };
    expect(await refusal(provided, changePassword, asked)).toMatchObject({ status: 404 });
  });
});

test('[AC4] nothing that is kept opens anything: no token, no password', async () => {
  const { token, email } = await invited();
  await call(browser(), register, { token, name: 'N', password });
  await call(browser(), forgot, { email });
  const mailed = await tokenFor(email, 'reset');
  for (const name of ['accounts', 'invitations', 'password_resets', 'audit', 'people', 'memberships']) {
    const text = JSON.stringify(await app.connection.collection(name).find({}).toArray());
    expect(text).not.toContain(token);
    expect(text).not.toContain(mailed);
    expect(text).not.toContain(password);
  }
  const audit = JSON.stringify(await app.connection.collection('audit').find({}).toArray());
  expect(audit).not.toContain('argon2');
  expect((await call(await app.as('admin@acme.test'), members, {})).items.map((one) => one.email)).toContain(email);
});
