import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../log.ts';
import { faultHandler } from './fault-handler.ts';
import { staticWeb } from './web.ts';

/** A built client, as the server serves it. */
async function served(): Promise<(path: string) => Promise<Response>> {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-web-'));
  await mkdir(join(directory, '_app/immutable'), { recursive: true });
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Cobench</title>');
  await writeFile(join(directory, '_app/immutable/a1b2.js'), 'export {};');
  const app = express().use(
    staticWeb(directory).router,
    faultHandler({ log: createLog('silent'), trail: { refused: () => undefined } }),
  );
  const http = app.listen(0, '127.0.0.1');
  onTestFinished(async () => {
    http.close();
    await rm(directory, { recursive: true });
  });
  await new Promise((resolve) => http.once('listening', resolve));
  const { port } = http.address() as AddressInfo;
  return (path) => fetch(`http://127.0.0.1:${port}${path}`);
}

test('hashed files are kept for a year, the page itself is asked for anew', async () => {
  const get = await served();
  expect((await get('/_app/immutable/a1b2.js')).headers.get('cache-control')).toBe(
    'public, max-age=31536000, immutable',
  );
  expect((await get('/')).headers.get('cache-control')).toBe('no-cache');
});

test('every path of the app is its page', async () => {
  const get = await served();
  expect(await (await get('/runs/018f')).text()).toContain('<title>Cobench</title>');
});

test('a file of an earlier build is missing, not a fault of the server', async () => {
  const get = await served();
  expect((await get('/_app/immutable/gone.js')).status).toBe(404);
});

test('a client that was never built stops the start in words', () => {
  expect(() => staticWeb(join(tmpdir(), 'no-such-build'))).toThrow('The client has not been built');
});
