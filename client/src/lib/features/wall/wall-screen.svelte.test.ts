import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { FakeLiveSocket } from '../../../test/fake-live-socket.ts';
import { aPerson } from '../../../test/records.ts';
import { aWall, aWallAlert, aWallRun } from '../../../test/wall.ts';
import type { WallSocket } from '#lib/realtime/wall-socket.ts';
import { WallScreen } from './wall-screen.svelte.ts';

const wallPath = 'GET /api/v1/wall';
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A screen over a socket driven by hand; time passes by hand, too. */
function aScreen(over: { isOutdated?: () => Promise<boolean> } = {}) {
  const socket = new FakeLiveSocket();
  socket.active = false;
  socket.connect = vi.fn<() => void>(() => void (socket.active = true));
  const reload = vi.fn<() => void>();
  const isOutdated = over.isOutdated ?? (async () => false);
  const screen = new WallScreen({ socket: socket as unknown as WallSocket, isOutdated, reload });
  onTestFinished(screen.follow());
  return { socket, screen, reload };
}
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

async function aLiveScreen(wall = aWall()) {
  let now: unknown = wall;
  const sent = answers({ [wallPath]: () => now });
  const parts = aScreen();
  await parts.screen.begin(null);
  parts.socket.up();
  await pass();
  return { ...parts, sent, answer: (next: unknown) => (now = next) };
}

test('the secret of a link is shown once; from then on the cookie is enough', async () => {
  const sent = answers({
    'GET /api/v1/me': refusal('auth.required'),
    'POST /api/v1/wall/open': { name: 'Corridor' },
    [wallPath]: aWall(),
  });
  const { screen, socket } = aScreen();
  await screen.begin('cbl_secret');
  socket.up();
  await pass();
  expect(screen.stage).toEqual({ stage: 'showing' });
  expect(sent.filter(({ url }) => url === '/api/v1/wall/open').map(({ body }) => body)).toEqual([
    { secret: 'cbl_secret' },
  ]);
});

test('whoever is signed in in this browser is asked before a link is opened', async () => {
  const sent = answers({
    'GET /api/v1/me': aPerson('engineer'),
    'POST /api/v1/wall/open': { name: 'Corridor' },
    [wallPath]: aWall(),
  });
  const { screen } = aScreen();
  await screen.begin('cbl_secret');
  expect(screen.stage).toEqual({ stage: 'signed-in', name: 'Ada Byron' });
  await pass(120_000);
  expect(sent.map(({ url }) => url)).toEqual(['/api/v1/me']);
  await screen.show();
  expect(screen.stage).toEqual({ stage: 'showing' });
});

test('what happens is shown as it happens; what is heard before an answer is newer than it', async () => {
  const { screen, socket, answer } = await aLiveScreen(aWall({ runs: [aWallRun()] }));
  socket.say('wall.run', aWallRun({ version: 2, progress: 0.8 }));
  socket.say('wall.alert', aWallAlert());
  expect(screen.wall).toMatchObject({ runs: [{ progress: 0.8 }], alerts: [{ seriesName: 'Pressure' }] });
  const { promise, resolve } = Promise.withResolvers();
  answer(promise);
  socket.say('wall.changed');
  socket.say('wall.run', aWallRun({ version: 3, progress: 0.9 }));
  resolve(aWall({ runs: [aWallRun({ version: 2, progress: 0.8 })] }));
  await pass();
  expect(screen.wall?.runs).toMatchObject([{ progress: 0.9 }]);
});

test('silence is said after a few seconds, with its beginning, and until all of the wall is there again', async () => {
  const { screen, socket, answer } = await aLiveScreen();
  const heardAt = Date.now();
  await pass(6000);
  expect(screen.lostSince).toBeNull();
  await pass(2000);
  expect(screen.lostSince).toBe(heardAt);
  socket.drop();
  const { promise, resolve } = Promise.withResolvers();
  answer(promise);
  socket.up();
  socket.say('wall.tick');
  await pass();
  expect(screen.lostSince).toBe(heardAt);
  resolve(aWall({ name: 'As it is now' }));
  await pass();
  expect([screen.lostSince, screen.wall?.name]).toEqual([null, 'As it is now']);
});

test('while it ticks nothing is lost, however still it is', async () => {
  const { screen, socket } = await aLiveScreen();
  for (let second = 0; second < 30; second += 2) {
    await pass(2000);
    socket.say('wall.tick');
  }
  expect(screen.lostSince).toBeNull();
});

test('a link that is over leaves nothing on the screen, and says why', async () => {
  const { screen, socket, answer } = await aLiveScreen(aWall({ runs: [aWallRun()] }));
  answer(refusal('kiosk.over', { detail: 'This link was taken back.' }));
  socket.say('wall.over');
  await pass();
  expect([screen.stage, screen.wall, socket.connected]).toEqual([
    { stage: 'over', why: 'This link was taken back.' },
    null,
    false,
  ]);
});

test('a server that is away is asked again, and its restart needs nobody', async () => {
  const { screen, socket, answer } = await aLiveScreen();
  answer(refusal('service.unavailable'));
  socket.drop('io server disconnect');
  await pass(2000);
  expect(socket.connect).toHaveBeenCalledTimes(2);
  socket.up();
  await pass();
  answer(aWall({ name: 'Back' }));
  await pass(2000);
  expect([screen.stage.stage, screen.wall?.name]).toEqual(['showing', 'Back']);
});

test('another build of the page is taken up when the connection comes back', async () => {
  answers({ [wallPath]: aWall() });
  const { screen, socket, reload } = aScreen({ isOutdated: async () => true });
  await screen.begin(null);
  expect(reload).not.toHaveBeenCalled();
  socket.up();
  await pass();
  expect(reload).toHaveBeenCalledOnce();
});
