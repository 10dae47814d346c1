import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { breachedPasswords } from './breached.ts';

const log = createLog('silent');

async function listAt(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => void server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/range`;
}

test('a password on the list is found, and the list learns five digits of its hash only', async () => {
  const asked: string[] = [];
  const url = await listAt((req, res) => {
    asked.push(String(req.url));
    // SHA-1 of "password" is 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8; padding has the count 0.
    res.end('003D68EB55068C33ACE09247EE4C639306B:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179\r\n');
  });
  expect(await breachedPasswords(url, log)('password')).toBe(true);
  expect(await breachedPasswords(url, log)('a long and unknown one')).toBe(false);
  expect(asked[0]).toBe('/range/5BAA6');
});

test.each<[string, RequestListener]>([
  ['only padding has it', (_req, res) => void res.end('1E4C9B93F3F0682250B6CF8331B7EE68FD8:0\r\n')],
  ['the list fails', (_req, res) => void res.writeHead(500).end()],
  ['the list sends us elsewhere', (_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['the list is endless', (_req, res) => void res.end('0'.repeat(600_000))],
])('a password passes where %s', async (_how, answer) => {
  expect(await breachedPasswords(await listAt(answer), log)('password')).toBe(false);
});

test('without a list every password passes', async () => {
  expect(await breachedPasswords(undefined, log)('password')).toBe(false);
});
