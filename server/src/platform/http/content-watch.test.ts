import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import express, { type RequestHandler } from 'express';
import { expect, onTestFinished, test } from 'vitest';
import type { Actor } from '../access.ts';
import { createLog } from '../log.ts';
import type { Content } from './content.ts';
import { contentWatch, mostOpen } from './content-watch.ts';
import { faultHandler } from './fault-handler.ts';

const MiB = 2 ** 20;
const contentOf = (read: Content['read']): Content => ({
  name: 'a',
  type: 'application/octet-stream',
  disposition: 'attachment',
  size: 100 * MiB,
  tag: 'a',
  read,
});
const watchFor = (longestStandstill: number) =>
  contentWatch({ actorNow: async (actor) => actor, clock: () => new Date(), longestStandstill });

async function serving(handler: RequestHandler): Promise<Server> {
  const app = express().get('/', handler);
  app.use(faultHandler({ log: createLog('silent'), trail: { refused: () => undefined } }));
  const http = createServer(app).listen(0, '127.0.0.1');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  await once(http, 'listening');
  return http;
}

async function asked(http: Server, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { port } = http.address() as AddressInfo;
  const [answer] = await once(request({ port, host: '127.0.0.1', headers }).end(), 'response');
  return answer as IncomingMessage;
}

/** Gives out far more than the kernel holds; `ended` resolves when nothing is read for it any more. */
async function aGiver(longestStandstill: number) {
  const ended = Promise.withResolvers<void>();
  const watch = watchFor(longestStandstill);
  async function* read() {
    try {
      for (let n = 0; n < 100; n++) yield new Uint8Array(MiB);
    } finally {
      ended.resolve();
    }
  }
  const http = await serving((req, res) =>
    watch.send(req, res, { mayGoOn: async () => undefined, content: contentOf(read) }),
  );
  return { answer: await asked(http), ended: ended.promise };
}

test('who takes nothing any more is let go of', async () => {
  const { answer, ended } = await aGiver(200);
  answer.once('error', () => undefined);
  await once(answer, 'readable');
  await ended;
  expect(answer.complete).toBe(false);
});

test('who takes a little now and then gets all of it', async () => {
  const { answer } = await aGiver(400);
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length % 16 === 0) await turn();
  }
  expect(length).toBe(100 * MiB);
});

test('one person has so many under way; others have theirs, and room comes back', async () => {
  const watch = watchFor(60_000);
  const mayEnd = Promise.withResolvers<void>();
  async function* read() {
    yield new Uint8Array(1);
    await mayEnd.promise;
  }
  const http = await serving((req, res) => {
    const actor = { orgId: 'acme', personId: String(req.get('person')) } as Actor;
    return watch.sendTo(actor, { req, res }, async () => contentOf(read));
  });
  const [anna, boris] = [{ person: 'anna' }, { person: 'boris' }];
  const open = await Promise.all(Array.from({ length: mostOpen }, () => asked(http, anna)));
  const refused = await asked(http, anna);
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '5']);
  expect((await asked(http, boris)).statusCode).toBe(200);
  for (const answer of open) answer.once('error', () => undefined).destroy();
  mayEnd.resolve();
  await expect.poll(async () => (await asked(http, anna)).statusCode).toBe(200);
});
