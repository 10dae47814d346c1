import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { MemoryStore } from 'express-session';
import { expect, test } from 'vitest';
import { sessionCookie } from './session.ts';

async function cookieAt(publicUrl: string): Promise<string | undefined> {
  const app = express();
  app.use(sessionCookie({ store: new MemoryStore(), secret: 'x'.repeat(32), publicUrl }));
  app.get('/stranger', (_req, res) => void res.end());
  app.get('/', (req, res) => {
    req.session.waiting = { personId: 'p', orgId: 'o', realm: 'r', mustSetUp: false, until: new Date() };
    res.end();
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect((await fetch(`${origin}/stranger`)).headers.getSetCookie()).toEqual([]);
  const [cookie] = (await fetch(origin)).headers.getSetCookie();
  server.closeAllConnections();
  server.close();
  return cookie;
}

test('the cookie is for TLS alone where browsers reach us by it, also behind a proxy that speaks plainly', async () => {
  expect(await cookieAt('https://lab.example')).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
  expect(await cookieAt('http://localhost:8080')).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
});
