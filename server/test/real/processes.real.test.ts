import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeCode } from '@cobench/shared/realtime/collab';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { beatMs } from '../../src/realtime/collab/fan-out.ts';
import { mongoDocumentLog } from '../../src/realtime/collab/log.mongo.ts';
import { updateMessage } from '../../src/realtime/collab/messages.ts';
import type { CollabDocument } from '../../src/realtime/collab/peer.ts';
import { anEntry, closing, openSocket, openTab, synced, textOf } from '../collab/collab-house.ts';
import { PollingTab } from '../collab/polling-tab.ts';
import { openTestDatabase } from '../database.ts';
import { freePort } from '../harness.ts';
import { startRedis } from './redis-server.ts';

type Server = { url: string; child: ChildProcess };

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let redis: ChildProcess;
let redisPort: number;
let one: Server;
let other: Server;
const tabs: WebsocketProvider[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  redisPort = await freePort();
  redis = await startRedis(redisPort);
  [one, other] = await Promise.all([startProcess(), startProcess()]);
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.destroy();
  for (const { child } of [one, other]) child.kill('SIGKILL');
  redis.kill('SIGKILL');
});
afterAll(() => database.close());

async function startProcess(): Promise<Server> {
  const port = await freePort();
  const file = new URL('../collab/collab-process.ts', import.meta.url);
  const child = fork(file, [database.url, String(port), `redis://127.0.0.1:${redisPort}`], { execArgv: [] });
  await once(child, 'message');
  return { child, url: `ws://127.0.0.1:${port}/collab/entry` };
}

async function open(server: Server, document: CollabDocument, person: string): Promise<WebsocketProvider> {
  const tab = openTab(server.url, document, person);
  tabs.push(tab);
  await synced(tab);
  return tab;
}

const until = (isSo: () => boolean, timeout = 5000): Promise<boolean> => vi.waitUntil(isSo, { timeout, interval: 5 });
const type = ({ doc }: WebsocketProvider, text: string): void => doc.getText('t').insert(doc.getText('t').length, text);
const isThere = ({ awareness }: WebsocketProvider, { doc }: { doc: Y.Doc }): boolean =>
  awareness.getStates().has(doc.clientID);
const recordsOf = (document: CollabDocument) =>
  mongoDocumentLog(database.connection).records(document, { after: 0, limit: 10_000 });

test('[RT74] people on two processes write together, over both transports; the log says who wrote what', async () => {
  const entry = anEntry();
  const [ada, ben] = [await open(one, entry, 'ada'), await open(other, entry, 'ben')];
  const eve = new PollingTab(new URL(other.url.replace('ws', 'http')).origin, entry, { as: 'eve' });
  await until(() => eve.editor.heard.some((said) => said.type === 'step2'));
  for (let round = 0; round < 100; round++) {
    type(ada, 'a');
    type(ben, 'b');
    eve.editor.insert(0, 'e');
    await new Promise((resolve) => setImmediate(resolve));
  }
  const texts = (): string[] => [textOf(ada), textOf(ben), eve.editor.text];
  await until(() => texts().every((text) => text.length === 300 && text === texts()[0]));
  await until(() => eve.editor.saved === eve.editor.sent);

  const records = await recordsOf(entry);
  expect(records.map(({ seq }) => seq)).toEqual(records.map((_, at) => at + 1));
  const stored = new Y.Doc();
  const writers = new Map([ada, ben, eve.editor].map(({ doc }, at) => [doc.clientID, ['ada', 'ben', 'eve'][at]]));
  for (const { personId, sessionId, update } of records.flatMap(({ parts }) => parts)) {
    for (const client of Y.parseUpdateMeta(update).to.keys()) expect(writers.get(client)).toBe(personId);
    expect(sessionId).toBe(`session-of-${personId}`);
    Y.applyUpdate(stored, update);
  }
  expect(textOf({ doc: stored })).toBe(textOf(ada));
  expect(textOf(await open(one, entry, 'fresh'))).toBe(textOf(ada));
  eve.close();
});

test('[RT76] people on two processes see each other come, move and leave; nobody can be another', async () => {
  const entry = anEntry();
  const ada = await open(one, entry, 'ada');
  ada.awareness.setLocalStateField('cursor', 1);
  const ben = await open(other, entry, 'ben');
  await until(() => isThere(ben, ada));
  ben.awareness.setLocalStateField('cursor', 2);
  await until(() => ada.awareness.getStates().get(ben.doc.clientID)?.['cursor'] === 2);
  expect(ada.awareness.getStates().get(ben.doc.clientID)?.['user']).toMatchObject({ id: 'ben', name: 'ben of Acme' });

  // Eve knows Ada's client id by her cursor, and writes with it before Ada ever did.
  const eve = await openSocket(other.url, entry, 'eve');
  const forged = new Y.Doc();
  forged.clientID = ada.doc.clientID;
  forged.getText('t').insert(0, 'forged');
  const closed = closing(eve);
  eve.send(updateMessage(Y.encodeStateAsUpdate(forged)));
  expect(await closed).toBe(closeCode.foreign);
  type(ada, 'mine');
  await until(() => textOf(ben) === 'mine');

  ada.destroy();
  await until(() => !isThere(ben, ada));
});

test('[RT10] who may only read changes nothing on any process', async () => {
  const entry = anEntry();
  const [ada, vic] = [await open(one, entry, 'ada'), await open(other, entry, 'vic')];
  type(ada, 'abc');
  await until(() => textOf(vic) === 'abc');
  const closed = closing(vic.ws as unknown as WebSocket);
  type(vic, 'x');
  expect(await closed).toBe(closeCode.notAllowed);
  type(ada, 'd');
  expect(textOf(await open(other, entry, 'ben'))).toBe('abcd');
});

test('[RT75] without Redis everybody goes on writing, and hears of the other process within seconds; then as before', async () => {
  const entry = anEntry();
  const [ada, ben] = [await open(one, entry, 'ada'), await open(other, entry, 'ben')];
  type(ada, 'before');
  await until(() => textOf(ben) === 'before');
  redis.kill('SIGKILL');
  await once(redis, 'exit');
  type(ada, ' alone');
  // Ben writes nothing: his process looks into the log.
  await until(() => textOf(ben) === 'before alone', 10_000);
  for (let round = 0; round < 20; round++) {
    type(ada, 'a');
    type(ben, 'b');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => textOf(ada) === textOf(ben) && textOf(ada).length === 52, 10_000);

  redis = await startRedis(redisPort);
  ada.awareness.setLocalStateField('cursor', 1);
  await until(() => isThere(ben, ada), 15_000);
  // As before: one after the other comes at once, and not when the log is looked into.
  for (let atOnce = 0; atOnce < 6;) {
    const expected = textOf(ada).length + 1;
    const start = performance.now();
    type(ada, '!');
    await until(() => textOf(ben).length === expected);
    atOnce = performance.now() - start < beatMs / 3 ? atOnce + 1 : 0;
  }
  expect(textOf(ben)).toBe(textOf(ada));
});

test('[RT75] a Redis that hangs is a Redis that is gone', { timeout: 60_000 }, async () => {
  const entry = anEntry();
  const [ada, ben] = [await open(one, entry, 'ada'), await open(other, entry, 'ben')];
  redis.kill('SIGSTOP');
  type(ada, 'hello');
  await until(() => textOf(ben) === 'hello', 30_000);
  // Who comes meanwhile does not wait until it is noticed.
  const start = performance.now();
  expect(textOf(await open(other, entry, 'eve'))).toBe('hello');
  expect(performance.now() - start).toBeLessThan(beatMs);
  redis.kill('SIGCONT');
  ada.awareness.setLocalStateField('cursor', 1);
  await until(() => isThere(ben, ada), 20_000);
});

test(
  '[RT77] a process that is killed takes nothing along that anybody had seen; the others go on',
  { timeout: 120_000 },
  async () => {
    const entry = anEntry();
    const [ada, ben, eve] = [
      await open(one, entry, 'ada'),
      await open(other, entry, 'ben'),
      await open(other, entry, 'eve'),
    ];
    ada.awareness.setLocalStateField('cursor', 1);
    await until(() => isThere(ben, ada));
    const typing = setInterval(() => {
      type(ada, 'a');
      type(ben, 'b');
    }, 2);
    await until(() => textOf(eve).length > 300);
    one.child.kill('SIGKILL');
    await once(one.child, 'exit');
    const seen = textOf(eve);
    await until(() => textOf(eve).length > seen.length + 50);
    clearInterval(typing);

    // Ada comes back to the process that is left, as through a proxy.
    ada.serverUrl = other.url;
    await synced(ada);
    await until(() => textOf(ada) === textOf(eve) && textOf(ada) === textOf(ben), 10_000);
    const fresh = await open(other, entry, 'fresh');
    expect(textOf(fresh)).toBe(textOf(eve));
    const counted = (text: string, letter: string): number => text.split(letter).length - 1;
    for (const letter of ['a', 'b'])
      expect(counted(textOf(fresh), letter)).toBeGreaterThanOrEqual(counted(seen, letter));
  },
);

test('[RT77] the people of a process that was killed are gone within half a minute', { timeout: 60_000 }, async () => {
  const entry = anEntry();
  const [ada, ben] = [await open(one, entry, 'ada'), await open(other, entry, 'ben')];
  ada.awareness.setLocalStateField('cursor', 1);
  await until(() => isThere(ben, ada));
  one.child.kill('SIGKILL');
  await until(() => !isThere(ben, ada), 30_000);
  expect(ben.wsconnected).toBe(true);
});
