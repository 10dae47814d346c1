import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Heartbeat } from './socket.ts';

test('[RT23] a socket that no longer answers is ended, one that does stays', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const heartbeat = new Heartbeat(40);
  server.on('connection', (socket) => heartbeat.watch(socket));
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [alive, asleep] = [new WebSocket(url), new WebSocket(url, { autoPong: false })];
  const [code] = (await once(asleep, 'close')) as [number];
  expect(code).toBe(1006);
  expect(alive.readyState).toBe(WebSocket.OPEN);
  heartbeat.stop();
  alive.terminate();
  server.close();
});
