import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anySocket, opens } from './any-socket.ts';
import { queryOf } from './http-line.ts';
import { readyState, type Line, type LineEvents, type OpenLine } from './line.ts';
import { Transport } from './transport.svelte.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const url = 'ws://lab.example/collab/entry/e1?schema=1';

/** A way to the server that is driven by hand. */
class FakeWay {
  readonly lines: (LineEvents & Line & { closed: boolean })[] = [];
  readonly open: OpenLine = (_url, events) => {
    const line = {
      ...events,
      readyState: readyState.open,
      send: () => {},
      close: () => void (line.closed = true),
      closed: false,
    };
    this.lines.push(line);
    return line;
  };
  get line() {
    return this.lines.at(-1)!;
  }
}

function aTab({ websocketsOpen = false } = {}) {
  const [websocket, http] = [new FakeWay(), new FakeWay()];
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const network = { websocketsOpen };
  const transport = new Transport({ probe: async () => network.websocketsOpen, storage });
  const Socket = anySocket({ transport, lines: { websocket: websocket.open, http: http.open } });
  const connect = () => {
    const socket = new Socket(url);
    const onclose = vi.fn<(event: { code: number }) => void>();
    return { socket: Object.assign(socket, { onclose }), onclose };
  };
  return { websocket, http, storage, network, transport, connect };
}

test('[RT87] after two websockets that did not open it goes over HTTP, also after a reload', () => {
  const { websocket, http, transport, storage, connect } = aTab();
  for (const kind of ['websocket', 'websocket', 'http']) {
    expect(transport.now).toBe(kind);
    const { onclose } = connect();
    if (kind === 'http') break;
    websocket.line.onclose({ code: 1006, reason: '' });
    expect(onclose).toHaveBeenCalledTimes(1);
  }
  http.line.onopen();
  expect([websocket.lines.length, http.lines.length]).toEqual([2, 1]);
  expect(new Transport({ probe: async () => false, storage }).now).toBe('http');
});

test('[RT87] a websocket that hangs for five seconds is one that does not open', () => {
  const { websocket, transport, connect } = aTab();
  for (let attempt = 0; attempt < 2; attempt++) {
    const { onclose } = connect();
    vi.advanceTimersByTime(4999);
    expect(onclose).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onclose).toHaveBeenCalledWith({ code: 1006, reason: '' });
    expect(websocket.line.closed).toBe(true);
  }
  expect(transport.now).toBe('http');
});

test('[RT87] a busy page that hears late of its websocket has one that opened', () => {
  const { websocket, transport, connect } = aTab();
  const { onclose } = connect();
  // All timers that were due while it was busy run before it hears of anything.
  vi.runOnlyPendingTimers();
  websocket.line.onopen();
  vi.advanceTimersByTime(60_000);
  expect([onclose.mock.calls.length, transport.now]).toEqual([0, 'websocket']);
});

test('[RT87] a websocket that opened and was cut, or was closed here, says nothing about the network', () => {
  const { websocket, transport, connect } = aTab();
  for (let attempt = 0; attempt < 3; attempt++) {
    const { onclose } = connect();
    websocket.line.onopen();
    websocket.line.onclose({ code: 4501, reason: 'not stored' });
    expect(onclose).toHaveBeenCalledWith({ code: 4501, reason: 'not stored' });
    connect().socket.close();
  }
  vi.advanceTimersByTime(60_000);
  expect(transport.now).toBe('websocket');
});

test('[RT87] over HTTP it is soon asked whether websockets open after all: the server may only have been away', async () => {
  const { http, transport, connect } = aTab({ websocketsOpen: true });
  transport.failed('websocket');
  transport.failed('websocket');
  const better = vi.fn<() => void>();
  transport.onbetter.add(better);
  connect();
  http.line.onopen();
  await vi.advanceTimersByTimeAsync(1000);
  expect([transport.now, transport.blocked, better.mock.calls.length]).toEqual(['websocket', false, 1]);
});

test('[RT87] a network that blocks websockets is said to, and asked again every five minutes and when it changes', async () => {
  const { http, network, transport, connect } = aTab();
  transport.failed('websocket');
  transport.failed('websocket');
  connect();
  http.line.onopen();
  await vi.advanceTimersByTimeAsync(1000);
  expect([transport.now, transport.blocked]).toEqual(['http', true]);
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(transport.now).toBe('http');
  network.websocketsOpen = true;
  transport.networkChanged();
  await vi.advanceTimersByTimeAsync(1000);
  expect([transport.now, transport.blocked]).toEqual(['websocket', false]);
});

test('[RT87] where HTTP fails too, the server is away, and both are tried in turn', () => {
  const { transport } = aTab();
  const tried = Array.from({ length: 6 }, () => {
    const kind = transport.now;
    transport.failed(kind);
    return kind;
  });
  expect(tried).toEqual(['websocket', 'websocket', 'http', 'websocket', 'http', 'websocket']);
});

test('a probe answers whether a connection opens, and closes it', async () => {
  const way = new FakeWay();
  const good = opens(url, way.open);
  way.line.onopen();
  expect([await good, way.line.closed]).toEqual([true, true]);
  const bad = opens(url, way.open);
  way.line.onclose({ code: 1006, reason: '' });
  expect(await bad).toBe(false);
  const slow = opens(url, way.open);
  vi.advanceTimersByTime(5000);
  expect(await slow).toBe(false);
});

test('the document of a websocket is named in the query of the HTTP way', () => {
  expect(queryOf('wss://lab.example/collab/run/a%20b?schema=3')).toEqual({ kind: 'run', id: 'a b', schema: '3' });
});
