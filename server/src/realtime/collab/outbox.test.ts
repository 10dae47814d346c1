import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { settle } from '../../../test/collab/link.ts';
import { Outbox } from './outbox.ts';

let server: Server;
let ours: WebSocket;
let theirs: WebSocket;
let stream: Duplex;
let outbox: Outbox;
/** What came to the other side. */
let heard: Uint8Array[];

beforeEach(async () => {
  const sockets = new WebSocketServer({ noServer: true });
  server = createServer();
  const taken = new Promise<void>((resolve) => {
    server.once('upgrade', (req, raw, head) => {
      stream = raw;
      sockets.handleUpgrade(req, raw, head, (socket) => {
        ours = socket;
        resolve();
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  theirs = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  heard = [];
  theirs.on('message', (data: Buffer) => heard.push(new Uint8Array(data)));
  await Promise.all([taken, once(theirs, 'open')]);
  outbox = new Outbox(stream, () => ours.readyState === WebSocket.OPEN);
});

afterEach(() => {
  theirs.terminate();
  server.close();
});

const filled = (length: number, at: number) => new Uint8Array(length).fill(at + 1);
const arrived = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count));

test.each([[[0, 1, 125, 126, 127]], [[65_535, 65_536, 3]], [[200_000]], [[16_000, 400, 400]]])(
  'messages of %j bytes arrive as they were, in order',
  async (lengths) => {
    const messages = lengths.map(filled);
    for (const message of messages) outbox.add(message);
    await arrived(messages.length);
    expect(heard).toEqual(messages);
  },
);

test('what is said in one turn leaves as one piece, what is said later as the next', async () => {
  const write = vi.spyOn(stream, 'write');
  for (let at = 0; at < 50; at++) outbox.add(filled(20, at));
  expect([write.mock.calls.length, outbox.bytes]).toEqual([0, 50 * 22]);
  await settle();
  outbox.add(filled(20, 50));
  await arrived(51);
  expect([write.mock.calls.length, outbox.bytes]).toEqual([2, 0]);
});

test('nothing is said after a farewell', async () => {
  const closed = once(theirs, 'close');
  outbox.add(filled(3, 0));
  outbox.empty();
  ours.close(4400, 'malformed');
  outbox.add(filled(3, 1));
  expect((await closed)[0]).toBe(4400);
  expect(heard).toEqual([filled(3, 0)]);
});
