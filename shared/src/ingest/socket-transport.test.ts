import { expect, test } from 'vitest';
import { socketTransport, type Socket } from './socket-transport.ts';
import { fakeWorld } from './testing/fake-world.ts';

type Hear = (event: { data?: unknown; code?: number; reason?: string }) => void;

/** A websocket whose other end is the test. */
class FakeSocket {
  readonly sent: string[] = [];
  closed = false;
  readonly #hearing = new Map<string, Hear>();

  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
  addEventListener(type: string, hear: Hear): void {
    this.#hearing.set(type, hear);
  }
  happens(type: string, event: Parameters<Hear>[0] = {}): void {
    this.#hearing.get(type)?.(event);
  }
  answers(told: object): void {
    this.happens('message', { data: JSON.stringify(told) });
  }
}

function aLine() {
  const sockets: FakeSocket[] = [];
  const opened: unknown[] = [];
  const world = fakeWorld();
  const openSocket = (url: string, headers: Record<string, string>): Socket => {
    const socket = new FakeSocket();
    sockets.push(socket);
    opened.push([url, headers]);
    return socket as unknown as Socket;
  };
  const transport = socketTransport({ url: 'https://lab.test/', key: 'cb_1', runId: 'r' }, { openSocket, world });
  return { sockets, opened, world, transport };
}

const batch = (name: string) => ({ batch: name, events: [] });

test('one socket carries all batches, and each gets its own answer', async () => {
  const { sockets, opened, transport } = aLine();
  const [one, other] = [transport.send(batch('a')), transport.send(batch('b'))];
  expect(opened).toEqual([['wss://lab.test/ingest', { authorization: 'Bearer cb_1' }]]);
  const [socket] = sockets;
  expect(socket!.sent).toEqual([]);
  socket!.happens('open');
  expect(socket!.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { id: 'r', batch: 'a', events: [] },
    { id: 'r', batch: 'b', events: [] },
  ]);
  socket!.answers({ id: 'r', batch: 'b', problem: { status: 429, title: 'Slower.' }, retryAfterSeconds: 3 });
  socket!.answers({ id: null, batch: null, problem: { status: 400, title: 'What?' } });
  socket!.answers({ id: 'r', batch: 'a', receipt: { lastSeq: 1, stored: 1, duplicate: false } });
  expect(await one).toEqual({
    status: 200,
    retryAfterSeconds: null,
    body: { lastSeq: 1, stored: 1, duplicate: false },
  });
  expect(await other).toEqual({ status: 429, retryAfterSeconds: 3, body: { status: 429, title: 'Slower.' } });
});

test('a lost connection leaves what was sent unanswered; the next batch opens another', async () => {
  const { sockets, transport } = aLine();
  const lost = transport.send(batch('a'));
  sockets[0]!.happens('open');
  sockets[0]!.happens('close', { code: 1006, reason: '' });
  await expect(lost).rejects.toThrow('The connection was lost.');
  const again = transport.send(batch('a'));
  sockets[1]!.happens('open');
  sockets[1]!.answers({ id: 'r', batch: 'a', receipt: { lastSeq: 0, stored: 0, duplicate: true } });
  expect(await again).toMatchObject({ status: 200 });
});

test.each([
  [4401, 401],
  [4403, 403],
  [1009, 413],
])('closed with %i, the key opens nothing: that is an answer (%i), not trouble', async (code, status) => {
  const { sockets, transport } = aLine();
  const sent = transport.send(batch('a'));
  sockets[0]!.happens('open');
  sockets[0]!.happens('close', { code, reason: 'The key is revoked.' });
  expect(await sent).toEqual({ status, retryAfterSeconds: null, body: { title: 'The key is revoked.' } });
});

test('a connection that answers nothing for fifteen seconds counts as dead', async () => {
  const { sockets, world, transport } = aLine();
  const outcome = Promise.allSettled([transport.send(batch('a'))]);
  sockets[0]!.happens('open');
  await world.pass(15_001);
  expect(await outcome).toMatchObject([{ reason: { message: 'The connection was lost.' } }]);
  expect(sockets[0]!.closed).toBe(true);
});
