import { expect, test, vi } from 'vitest';
import { anId } from '../../test/records.ts';
import { FakeLiveSocket, liveOver } from '../../test/fake-live-socket.ts';

function opened() {
  const socket = new FakeLiveSocket();
  return { socket, live: liveOver(socket) };
}
const nothing = { after: 0, onitems: () => {}, onreload: async () => 0 };
const asked = (socket: FakeLiveSocket) => socket.sent.map(([event, request]) => [event, request]);

test('it says since when the connection is lost, and when it is back', () => {
  vi.useFakeTimers({ now: 1000 });
  const { socket, live } = opened();
  socket.up();
  expect(live.connection).toEqual({ state: 'live' });
  socket.drop();
  vi.setSystemTime(5000);
  socket.say('connect_error', new Error('websocket error'));
  expect(live.connection).toEqual({ state: 'reconnecting', since: 1000 });
  socket.up();
  expect(live.connection).toEqual({ state: 'live' });
  vi.useRealTimers();
});

test('lists hear each time the connection comes up, until they leave', () => {
  const { socket, live } = opened();
  const refetch = vi.fn<() => void>();
  const leave = live.onreconnect(refetch);
  socket.up();
  socket.drop();
  socket.up();
  leave();
  socket.drop();
  socket.up();
  expect(refetch).toHaveBeenCalledTimes(2);
});

test('lists hear when one sees other projects than before', () => {
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  socket.up();
  const asked = vi.fn<() => void>();
  live.onreconnect(asked);
  socket.say('session.projects', { lost: [] });
  expect(asked).toHaveBeenCalledOnce();
});

test('a run is watched once there is a connection, and again after each loss', () => {
  const { socket, live } = opened();
  live.watchRun('r1', { ...nothing, after: 7 });
  expect(socket.sent).toEqual([]);
  socket.up();
  socket.drop();
  socket.up();
  expect(asked(socket)).toEqual([
    ['watch.run', { id: 'r1', after: 7 }],
    ['watch.run', { id: 'r1', after: 7 }],
  ]);
});

test('a topic is left when its last watcher goes', () => {
  const { socket, live } = opened();
  socket.up();
  const first = live.watchSeries('s1', nothing);
  const second = live.watchSeries('s1', nothing);
  first();
  expect(socket.sent.some(([event]) => event === 'unwatch')).toBe(false);
  second();
  expect(socket.sent.at(-1)).toEqual(['unwatch', { kind: 'series', id: 's1' }]);
});

test('a watcher hears its own run only', () => {
  const { socket, live } = opened();
  socket.up();
  const seen: unknown[] = [];
  live.watchRun('r1', { ...nothing, onitems: (items) => seen.push(...items) });
  const answer = socket.sent[0]?.[2] as (answer: unknown) => void;
  answer({ ok: true, missed: [] });
  socket.say('run.recorded', { runId: 'r2', events: [{ seq: 1 }] });
  socket.say('run.recorded', { runId: 'r1', events: [{ seq: 1 }] });
  expect(seen).toEqual([{ seq: 1 }]);
});

test('an ended session is not reconnected', () => {
  const { socket, live } = opened();
  socket.up();
  socket.connect.mockClear();
  socket.say('session.ended');
  expect([live.connection.state, socket.connected]).toEqual(['signed-out', false]);
  expect(socket.connect).not.toHaveBeenCalled();
});

test('a connection refused for want of a session is not tried again', () => {
  const { socket, live } = opened();
  socket.say('connect_error', new Error('auth.required'));
  expect(live.connection.state).toBe('signed-out');
});

test('a connection that the server closed is opened again', () => {
  vi.useFakeTimers();
  const { socket } = opened();
  socket.up();
  socket.connect.mockClear();
  socket.drop('io server disconnect');
  vi.runAllTimers();
  expect(socket.connect).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

test('a page that was too slow watches again and asks for its lists again, as after a time away', () => {
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  let asked = 0;
  live.onreconnect(() => void asked++);
  live.watchRun(anId(1), { after: 4, onitems: () => {}, onreload: async () => 0 });
  socket.up();
  socket.say('live.behind');
  expect([asked, socket.sent.map(([event]) => event)]).toEqual([2, ['watch.run', 'watch.run']]);
});

test('a page about a few places hears of those, also after a reconnect; later all is asked for again', () => {
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  let asked = 0;
  live.onreconnect(() => void asked++);
  socket.up();
  const place = { kind: 'project', id: anId(7) } as const;
  const widen = live.narrow([place]);
  const andThis = live.narrow([{ kind: 'instrument', id: anId(8) }]);
  socket.drop();
  socket.up();
  andThis();
  widen();
  expect(socket.sent.map(([, request]) => request)).toEqual([
    { places: [place] },
    { places: [place, { kind: 'instrument', id: anId(8) }] },
    { places: [place, { kind: 'instrument', id: anId(8) }] },
    { places: [place] },
    { places: null },
  ]);
  const answer = socket.sent.at(-1)?.[2] as (answer: { ok: boolean }) => void;
  answer({ ok: true });
  expect(asked).toBe(3);
});
