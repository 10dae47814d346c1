import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { startBadProvider, type BadProvider, type Claims } from '../../../test/bad-provider.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';
import { SignedIn } from '../identity/session.repo.ts';

let provider: BadProvider;
let app: IdentityApp;
beforeAll(async () => {
  provider = await startBadProvider();
  app = await startIdentityApp({ issuer: provider.issuer });
});
afterAll(async () => {
  await app.close();
  await provider.close();
});

let serial = 0;
/** What a session knows of how somebody signed in whose provider says this of it. */
async function sessionAfter(
  said: Claims,
  { path = '/auth/sign-in', elsewhere = {} }: { path?: string; elsewhere?: Claims } = {},
): Promise<SignedIn> {
  const sub = `person-${++serial}`;
  provider.twist = {
    claims: (claims) => ({ ...claims, sub, groups: ['cobench:acme:pi'], name: sub, ...said }),
    userInfo: (claims) => ({ ...claims, sub, email: `${sub}@lab.test`, ...elsewhere }),
  };
  await new Agent(app.origin).follow(path);
  const person = await app.store.people.findBySubject({ realm: provider.issuer, subject: sub });
  const [kept] = await app.store.sessions.ofPerson(String(person?.id), { now: new Date(), limit: 1 });
  return SignedIn.parse(kept?.signedIn);
}
const seconds = (at: number): number => Math.floor(at / 1000);

test('that they showed more than one factor counts where the ID token says so, and nowhere else', async () => {
  expect(await sessionAfter({ amr: ['pwd', 'mfa'] })).toMatchObject({ secondFactor: true });
  expect(await sessionAfter({ amr: ['pwd'] })).toMatchObject({ secondFactor: false });
  expect(await sessionAfter({ amr: 'mfa' })).toMatchObject({ secondFactor: false });
  const elsewhere = { amr: ['mfa'], auth_time: seconds(Date.now()) };
  const session = await sessionAfter({ name: undefined }, { elsewhere });
  expect([session.secondFactor, session.confirmedAt]).toEqual([false, undefined]);
});

test('a provider that remembers them says since when: coming back through it confirms nothing new', async () => {
  const hourAgo = seconds(Date.now() - 3_600_000);
  expect((await sessionAfter({ auth_time: hourAgo })).confirmedAt).toEqual(new Date(hourAgo * 1000));
  expect((await sessionAfter({})).confirmedAt).toBeUndefined();
  expect((await sessionAfter({ auth_time: 'now' })).confirmedAt).toBeUndefined();
  for (const ahead of [Date.now(), 1e300]) {
    const at = (await sessionAfter({ auth_time: ahead })).confirmedAt?.getTime() ?? 0;
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
  }
});

test('who is to show again who they are is asked by the provider, whose time counts where it says one', async () => {
  const answer = await new Agent(app.origin).get('/auth/sign-in?again');
  const asked = new URL(String(answer.headers.get('location'))).searchParams;
  expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '0']);
  const plain = await new Agent(app.origin).get('/auth/sign-in');
  expect(new URL(String(plain.headers.get('location'))).searchParams.has('prompt')).toBe(false);
  const path = '/auth/sign-in?again';
  const hourAgo = seconds(Date.now() - 3_600_000);
  expect((await sessionAfter({ auth_time: hourAgo }, { path })).confirmedAt).toEqual(new Date(hourAgo * 1000));
  // Whoever sits at the screen can keep the question from the provider.
  expect((await sessionAfter({}, { path })).confirmedAt).toBeUndefined();
});
