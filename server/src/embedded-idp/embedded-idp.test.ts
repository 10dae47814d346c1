import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../platform/log.ts';
import { createEmbeddedIdp } from './index.ts';
import { localFetch } from './local-fetch.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** What `fetch` cannot do: a request that says another Host. */
async function textAt(port: number, path: string, headers: Record<string, string>): Promise<string> {
  const request = get({ host: '127.0.0.1', port, path, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}

const publicUrl = 'https://lab.example';
const anIdp = () => createEmbeddedIdp({ publicUrl, host: '0.0.0.0', port: 8080, log: createLog('silent') });

test('it starts without a word on the console', async () => {
  const words = (['log', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
  await anIdp();
  for (const word of words) expect(word).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('its addresses are public ones, whatever a visitor says about the host', async () => {
  const app = express();
  app.use('/idp', (await anIdp()).router);
  const port = await serve(app);
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
  const document = await textAt(port, '/idp/.well-known/openid-configuration', headers);
  const metadata = JSON.parse(document) as Record<string, unknown>;
  expect(metadata).toMatchObject({ issuer: `${publicUrl}/idp`, token_endpoint: `${publicUrl}/idp/token` });
  expect(document).not.toContain('evil');
  expect(document).not.toContain('http:');
});

test('what is under the public address is asked on this machine, everything else where it is', async () => {
  const here = await serve((req, res) => res.end(`here ${req.url}`));
  const there = await serve((req, res) => res.end(`there ${req.url}`));
  const ask = localFetch({ publicUrl, localUrl: `http://127.0.0.1:${here}` });
  expect(await (await ask(`${publicUrl}/idp/token?a=b`)).text()).toBe('here /idp/token?a=b');
  expect(await (await ask(new URL(`http://127.0.0.1:${there}/x`))).text()).toBe('there /x');
});
