import { minimumRole, roleAllows } from '@cobench/shared/access/permissions';
import type { Endpoint } from '@cobench/shared/endpoint';
import { kioskEndpoints } from '@cobench/shared/kiosks/kiosk';
import { wallActions, wallEndpoints, wallNamespace } from '@cobench/shared/kiosks/wall';
import { closeCode } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { contracts } from '../src/app.ts';
import { Agent } from './agent.ts';
import { call, refusal, type Caller } from './call.ts';
import { knock } from './collab/knock.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { inputFor } from './inputs.ts';
import { laboratory } from './laboratory.ts';
import { LiveClient } from './live-client.ts';
import { openWall } from './wall-client.ts';

let app: TestApp;
let secret: string;
let screen: Agent;
beforeAll(async () => {
  app = await startTestApp();
  ({ secret } = await call(await app.as('admin@acme.test'), kioskEndpoints.create, { name: 'Corridor' }));
  screen = new Agent(app.origin);
  await call(screen, wallEndpoints.open, { secret });
});
afterAll(() => app.close());

const held = () => screen.cookieNamed('cobench.screen') ?? '';
const endpoints = Object.entries(contracts).flatMap(([group, named]) =>
  Object.entries(named).map(([name, contract]): [string, Endpoint] => [`${group}.${name}`, contract]),
);
const closed = endpoints.filter(([, { access }]) => access !== 'anybody');

/** Whoever has got hold of a link or of the cookie of a screen, and shows it in every way there is. */
const attempts: [string, () => Caller][] = [
  ['the cookie of a screen', () => screen],
  ['that cookie as the one of a session', () => withCookie('cobench.sid', held())],
  ['that cookie as a signed one of a session', () => withCookie('cobench.sid', `s%3A${held()}.x`)],
  ['what the cookie holds as a key', () => withBearer(held())],
  ['the secret of the link as a key', () => withBearer(secret)],
];

const withCookie = (name: string, value: string): Caller => {
  const agent = new Agent(app.origin);
  agent.setCookie(name, value);
  return agent;
};
const withBearer = (bearer: string): Caller => ({
  send: (method, path, body) =>
    fetch(new URL(path, app.origin), {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
});

test.each(closed)('%s is open to no screen, whatever it shows', async (name, contract) => {
  const input = contract.access === 'signed-in' ? {} : await inputFor(app, name);
  for (const [what, caller] of attempts) {
    expect(await refusal(caller(), contract, input), what).toMatchObject({ type: 'auth.required', status: 401 });
  }
});

test('of all endpoints, those of the wall answer a screen', async () => {
  expect((await call(screen, wallEndpoints.read, {})).name).toBe('Corridor');
  const open = endpoints.filter(([, { path }]) => path.startsWith('/api/v1/wall')).map(([name]) => name);
  expect(open).toEqual(['wall.open', 'wall.read']);
});

test('a wall reads, as every viewer may, and nothing of the notebook, of people, of settings or of the past', () => {
  expect(wallActions.every((action) => roleAllows('viewer', action) && action.endsWith('.read'))).toBe(true);
  expect(new Set(wallActions)).toEqual(
    new Set(['alert.read', 'calibration.read', 'instrument.read', 'project.read', 'run.read']),
  );
  expect(Object.keys(minimumRole)).toEqual(expect.arrayContaining([...wallActions]));
});

test('a session reads no wall: a screen shows what its link allows, not what somebody may', async () => {
  expect(await refusal(await app.as('admin@acme.test'), wallEndpoints.read, {})).toMatchObject({ type: 'kiosk.over' });
});

test('who is signed in in the same browser stays signed in, and the wall stays what it is', async () => {
  const ann = await app.signIn('engineer@acme.test');
  const session = ann.cookieNamed('cobench.sid');
  await call(ann, wallEndpoints.open, { secret });
  expect([ann.cookieNamed('cobench.sid'), (await ann.get('/api/v1/me')).status]).toEqual([session, 200]);
  expect(await call(ann, wallEndpoints.read, {})).toMatchObject({ name: 'Corridor' });
});

test('no page of another site opens a wall here', async () => {
  const { status } = await screen.fetch('/api/v1/wall/open', {
    method: 'POST',
    body: JSON.stringify({ secret }),
    headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
  });
  expect(status).toBe(403);
});

test('a screen opens no document, and not the live connection of people', async () => {
  const { id } = await laboratory(app).aRun();
  expect([401, closeCode.signedOut]).toContain(await knock(screen, { kind: 'run', id }));
  const live = new LiveClient(app.origin, { cookie: screen.cookie('/live/'), origin: app.origin });
  onTestFinished(() => live.close());
  await expect(live.connected()).rejects.toThrow('auth.required');
});

test('a session opens not the live connection of screens, nor does a page of another site', async () => {
  const admin = await app.as('admin@acme.test');
  const [person, foreign] = [openWall(admin), openWall(screen, 'https://evil.example')];
  await expect(person.connected()).rejects.toThrow('kiosk.over');
  await expect(foreign.connected()).rejects.toThrow(/./);
});

test('what a screen says is heard by nobody', async () => {
  const { id } = await laboratory(app).aRun();
  const wall = await openWall(screen).connected();
  const asked = wall.socket.timeout(500).emitWithAck('watch.run', { id, after: -1 });
  await expect(asked).rejects.toThrow('timed out');
  expect([wallNamespace, wall.socket.connected]).toEqual(['/wall', true]);
});
