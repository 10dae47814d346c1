import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../log.ts';
import { faultHandler } from './fault-handler.ts';
import { jsonBody } from './json-body.ts';
import { nestingOf } from './nesting.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

test.each([
  ['', 0],
  ['5', 0],
  ['[]', 1],
  ['{"a":[1,[2]],"b":{}}', 3],
  ['["[[[[", "\\"[[", "\\\\"]', 1],
  ['{"\\\\":"[","b":[]}', 2],
  [nested(50), 50],
])('%s is nested %i deep', (json, depth) => {
  expect(nestingOf(Buffer.from(json))).toBe(depth);
});

test('a body that is nested too deeply is refused in words, and one at the limit is read', async () => {
  const app = express();
  app.use(jsonBody());
  app.post('/', (req, res) => void res.json({ read: JSON.stringify(req.body).length }));
  app.use(faultHandler({ log: createLog('silent'), trail: { refused: () => undefined } }));
  const server = createServer(app).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => void server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const send = async (body: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body });
    return [answer.status, await answer.json()];
  };
  expect(await send(nested(32))).toEqual([200, { read: 64 }]);
  const encoded = { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16le' } };
  const disguised = await fetch(url, { ...encoded, body: Buffer.from(`{"a":"\\"","b":${nested(33)}}`, 'utf16le') });
  expect([disguised.status, await disguised.json()]).toMatchObject([415, { detail: 'Send JSON as UTF-8.' }]);
  for (const deep of [nested(33), nested(5000), '{"a":'.repeat(5000), '['.repeat(500_000)]) {
    expect(await send(deep)).toMatchObject([400, { type: 'input.malformed', detail: 'It is nested too deeply.' }]);
  }
});
