import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { listen } from './listen.ts';

async function aServer() {
  const listening = await listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  const { port } = listening.http.address() as AddressInfo;
  return { listening, at: `127.0.0.1:${port}` };
}

test('a request that comes during the start waits for the answer', async () => {
  const { listening, at } = await aServer();
  const asked = once(listening.http, 'request');
  const answer = fetch(`http://${at}/`);
  await asked;
  listening.serve((_req, res) => res.end('ready'));
  expect(await (await answer).text()).toBe('ready');
});

test('a websocket that comes during the start is taken when somebody listens', async () => {
  const { listening, at } = await aServer();
  const asked = once(listening.http, 'upgrade');
  const socket = new WebSocket(`ws://${at}/`);
  await asked;
  const sockets = new WebSocketServer({ noServer: true });
  listening.http.on('upgrade', (req, raw, head) => sockets.handleUpgrade(req, raw, head, (taken) => taken.send('in')));
  listening.serve((_req, res) => res.end());
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(String(message)).toBe('in');
  socket.terminate();
});
