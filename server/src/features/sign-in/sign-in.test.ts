import { Me } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';
import { demoPeople } from '../../demo/people.ts';

let app: IdentityApp;
beforeAll(async () => {
  app = await startIdentityApp();
});
afterAll(() => app.close());

const aBrowser = () => new Agent(app.origin);
const isSignedIn = async (agent: Agent) => (await agent.get('/api/v1/me')).status === 200;

/** Signs in up to the provider's answer, and keeps that answer back. */
async function answerFor(agent: Agent, form: string, email = 'pi@acme.test'): Promise<string> {
  const body = new URLSearchParams({ email, password: 'cobench-demo' });
  const { headers } = await agent.fetch(form, { method: 'POST', body });
  return String((await agent.get(String(headers.get('location')))).headers.get('location'));
}

test.each(demoPeople)('$email signs in, with organisation and role', async ({ email, name, organisation, role }) => {
  const agent = await aBrowser().signIn(email);
  const me = Me.parse(await (await agent.get('/api/v1/me')).json());
  expect(me).toMatchObject({ email, name, organisation, role });
  expect(me.memberships).toHaveLength(1);
});

describe('a wrong password', () => {
  test('signs nobody in; the page says so and keeps the e-mail', async () => {
    const agent = aBrowser();
    const { response } = await agent.submitPassword(await agent.openSignIn(), 'pi@acme.test', 'guess');
    expect(response.status).toBe(401);
    const page = await response.text();
    expect(page).toContain('role="alert">E-mail or password is wrong.');
    expect(page).toContain('value="pi@acme.test"');
    expect(page).not.toContain('guess');
    expect(await isSignedIn(agent)).toBe(false);
  });

  test('answers the same for an account that does not exist', async () => {
    const agent = aBrowser();
    const form = await agent.openSignIn();
    const pages = await Promise.all(
      ['pi@acme.test', 'nobody@acme.test'].map(async (email) => {
        const { response } = await agent.submitPassword(form, email, 'guess');
        return { status: response.status, page: (await response.text()).replace(`value="${email}"`, 'value=""') };
      }),
    );
    expect(pages[1]).toEqual(pages[0]);
  });
});

test('choosing a person of the demo fills the form in', async () => {
  const agent = aBrowser();
  const form = await agent.openSignIn();
  const page = await (await agent.get(`${form}?as=pi%40acme.test`)).text();
  expect(page).toContain('value="pi@acme.test"');
  expect(page).toContain('value="cobench-demo"');
});

describe('the sign-in page', () => {
  test('escapes what was typed, runs no inline script and may not be framed', async () => {
    const agent = aBrowser();
    const { response } = await agent.submitPassword(await agent.openSignIn(), '"><script>alert(1)</script>', 'x');
    expect(await response.text()).not.toContain('<script');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  test('of another browser is of no use', async () => {
    const form = await aBrowser().openSignIn();
    const { response } = await aBrowser().submitPassword(form, 'pi@acme.test', 'cobench-demo');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Start again');
  });
});

describe('the answer of the provider', () => {
  test('is taken only in the browser that asked', async () => {
    const asked = aBrowser();
    const answer = await answerFor(asked, await asked.openSignIn());
    const other = aBrowser();
    expect((await other.follow(answer)).url.search).toBe('?problem=expired');
    expect(await isSignedIn(other)).toBe(false);
    expect((await asked.get(answer)).headers.get('location')).toBe(`${app.origin}/`);
  });

  test('is taken once', async () => {
    const agent = aBrowser();
    const answer = await answerFor(agent, await agent.openSignIn());
    const jar = agent.cookie('/auth/callback');
    expect((await agent.get(answer)).headers.get('location')).toBe(`${app.origin}/`);
    expect((await agent.get(answer)).headers.get('location')).toBe('/sign-in?problem=expired');
    const replay = await fetch(answer, { headers: { cookie: jar }, redirect: 'manual' });
    expect(replay.headers.get('location')).toBe('/sign-in?problem=expired');
    expect(await isSignedIn(agent)).toBe(true);
  });

  test('does not fit another attempt of the same browser', async () => {
    const agent = aBrowser();
    const [first, second] = [await agent.openSignIn(), await agent.openSignIn()];
    const [one, two] = [new URL(await answerFor(agent, first)), new URL(await answerFor(agent, second))];
    one.searchParams.set('state', String(two.searchParams.get('state')));
    expect((await agent.get(one.href)).headers.get('location')).toBe('/sign-in?problem=expired');
    expect(await isSignedIn(agent)).toBe(false);
  });

  test('is nothing that a sign-in can start with', async () => {
    const { headers } = await aBrowser().get('/auth/sign-in?code=a&state=b');
    expect(headers.get('location')).toBe('/sign-in?problem=failed');
  });
});

describe('tabs', () => {
  test('that sign in at once do not get in each other’s way', async () => {
    const agent = aBrowser();
    const forms = await Promise.all(['/a', '/b', '/c'].map((path) => agent.openSignIn(path)));
    const answers = await Promise.all(forms.map((form) => answerFor(agent, form)));
    const ends = await Promise.all(answers.toReversed().map(async (answer) => (await agent.get(answer)).headers));
    expect(ends.map((headers) => headers.get('location'))).toEqual(['/c', '/b', '/a'].map((path) => app.origin + path));
    expect(await isSignedIn(agent)).toBe(true);
  });

  test('are forgotten beyond five', async () => {
    const agent = aBrowser();
    for (let tab = 0; tab < 8; tab++) await agent.openSignIn();
    expect(agent.cookie('/auth/callback').match(/cobench\.sign-in\./g)).toHaveLength(5);
  });
});

describe('the session cookie', () => {
  const sidOf = (agent: Agent) => agent.cookieNamed('cobench.sid');

  test('is unreadable for scripts, not sent by other sites, and not given to strangers', async () => {
    const agent = aBrowser();
    const answer = await answerFor(agent, await agent.openSignIn());
    expect(sidOf(agent)).toBeUndefined();
    const cookies = (await agent.get(answer)).headers.getSetCookie();
    const line = cookies.find((cookie) => cookie.startsWith('cobench.sid='));
    expect(line).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  });

  test('is never one that somebody brought along', async () => {
    const planted = await aBrowser().signIn('viewer@acme.test');
    const agent = aBrowser();
    agent.setCookie('cobench.sid', String(sidOf(planted)));
    await agent.signIn('admin@acme.test');
    expect(sidOf(agent)).not.toBe(sidOf(planted));
    expect(await isSignedIn(planted)).toBe(false);
  });

  test('changes when one signs in again, and the former one is dead', async () => {
    const agent = await aBrowser().signIn('pi@acme.test');
    const former = aBrowser();
    former.setCookie('cobench.sid', String(sidOf(agent)));
    await agent.follow('/auth/sign-in');
    expect(sidOf(agent)).not.toBe(sidOf(former));
    expect([await isSignedIn(agent), await isSignedIn(former)]).toEqual([true, false]);
  });

  test('means nothing without our signature', async () => {
    const agent = await aBrowser().signIn('pi@acme.test');
    const sid = decodeURIComponent(String(sidOf(agent)));
    agent.setCookie('cobench.sid', encodeURIComponent(sid.replace(/\..*$/, '.forged')));
    expect(await isSignedIn(agent)).toBe(false);
  });
});

test.each(['/notebook?tag=a%20b#top', '/runs'])('one comes back to %s', async (returnTo) => {
  const agent = aBrowser();
  const { url } = await agent.submitPassword(await agent.openSignIn(returnTo), 'pi@acme.test', 'cobench-demo');
  expect(url.href).toBe(app.origin + returnTo);
});

test.each(['//evil.example', '/\\evil.example', 'https:evil.example', '/%09/evil.example', '%2F%2Fevil.example'])(
  'one never comes to %s',
  async (returnTo) => {
    const agent = aBrowser();
    const { url } = await agent.follow(`/auth/sign-in?returnTo=${returnTo}`);
    const answer = await answerFor(agent, url.pathname);
    expect((await agent.get(answer)).headers.get('location')).toMatch(
      new RegExp(`^${app.origin}/(%09/evil.example)?$`),
    );
  },
);

test('who comes by another name of this machine is led to the one that has the cookies', async () => {
  const elsewhere = app.origin.replace('localhost', '127.0.0.1');
  const response = await fetch(`${elsewhere}/auth/sign-in?returnTo=/runs`, { redirect: 'manual' });
  expect(response.headers.get('location')).toBe(`${app.origin}/auth/sign-in?returnTo=%2Fruns`);
});
