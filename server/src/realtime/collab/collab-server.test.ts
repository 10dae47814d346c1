import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { documentSchema } from '@cobench/shared/editor/markdown';
import { closeCode } from '@cobench/shared/realtime/collab';
import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { anEntry, closing, openSocket, openTab, startCollab, synced } from '../../../test/collab/collab-house.ts';
import { textOf, until, type CollabHouse } from '../../../test/collab/collab-house.ts';
import { awarenessFrame } from '../../../test/collab/editor.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { freePort } from '../../../test/harness.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { mongoFollowed } from './followed.mongo.ts';
import { mongoDocumentLog } from './log.mongo.ts';
import type { DocumentLog } from './log.ts';
import type { CollabDocument } from './peer.ts';
import type { Project } from './follower.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let log: DocumentLog;
let house: CollabHouse;
const project = vi.fn<Project>().mockResolvedValue(undefined);
const tabs: WebsocketProvider[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  log = mongoDocumentLog(database.connection);
  await createIndexes(database.connection);
  house = await startCollab({ log, project });
});

afterEach(() => {
  for (const tab of tabs.splice(0)) tab.destroy();
});

afterAll(async () => {
  await house.close();
  await database.close();
});

async function tab(document: CollabDocument, person: string, { url = house.url } = {}): Promise<WebsocketProvider> {
  const opened = openTab(url, document, person);
  tabs.push(opened);
  await synced(opened);
  return opened;
}

const type = ({ doc }: WebsocketProvider, text: string): void => doc.getText('t').insert(doc.getText('t').length, text);

test('[RT3] [RT5] two people write with the stock client, a third who comes later reads all of it', async () => {
  const entry = anEntry();
  const [ada, ben] = [await tab(entry, 'ada'), await tab(entry, 'ben')];
  for (let round = 0; round < 20; round++) {
    type(ada, 'a');
    type(ben, 'b');
  }
  await until(() => textOf(ada).length === 40 && textOf(ben).length === 40);
  expect(textOf(ada)).toBe(textOf(ben));
  expect(textOf(await tab(entry, 'eve'))).toBe(textOf(ada));
});

test('[RT2] fifty who open a document at once all get it', async () => {
  const entry = anEntry();
  const doc = new Y.Doc();
  doc.getText('t').insert(0, 'x'.repeat(100_000));
  await house.collab.seed(entry, Y.encodeStateAsUpdate(doc), { personId: 'ada' });
  const opened = await Promise.all(Array.from({ length: 50 }, (_, at) => tab(entry, `person-${at}`)));
  expect(new Set(opened.map((one) => textOf(one).length))).toEqual(new Set([100_000]));
});

test('[RT24] when everybody has left, no room and no socket is left', async () => {
  await until(() => house.collab.load().rooms === 0);
  const entry = anEntry();
  const opened = await Promise.all(['ada', 'ben', 'eve'].map((person) => tab(entry, person)));
  type(opened[0]!, 'x');
  await until(() => opened.every((one) => textOf(one) === 'x'));
  expect(house.collab.load()).toEqual({ rooms: 1, sockets: 3 });
  for (const one of opened) one.destroy();
  await until(() => house.collab.load().sockets === 0 && house.collab.load().rooms === 0);
});

describe('[RT13] a socket that misbehaves ends alone', () => {
  test.each<[string, (socket: WebSocket) => void, number]>([
    ['a text frame', (socket) => socket.send('hello'), closeCode.malformed],
    ['a malformed message', (socket) => socket.send(Uint8Array.of(0, 2, 50)), closeCode.malformed],
    ['a frame over the limit', (socket) => socket.send(new Uint8Array(5 * 1024 * 1024)), closeCode.tooBig],
    ['an invalid websocket frame', (socket) => rawSocketOf(socket).write(Buffer.from('f28000000000', 'hex')), 1002],
  ])('%s', async (_, misbehave, code) => {
    const entry = anEntry();
    const ada = await tab(entry, 'ada');
    const rude = await openSocket(house.url, entry, 'rude');
    const closed = closing(rude);
    misbehave(rude);
    expect(await closed).toBe(code);
    type(ada, 'x');
    const ben = await tab(entry, 'ben');
    await until(() => textOf(ben) === 'x');
  });

  test('[RT12] a viewer with an overlong varint', async () => {
    const entry = anEntry();
    house.access.set('vic', 'read');
    const ada = await tab(entry, 'ada');
    const viewer = await openSocket(house.url, entry, 'vic');
    const closed = closing(viewer);
    const forged = new Y.Doc();
    forged.getText('t').insert(0, 'forged');
    const update = Y.encodeStateAsUpdate(forged);
    viewer.send(Uint8Array.from([0x80, 0, 0x82, 0, update.length, ...update]));
    expect(await closed).toBe(closeCode.notAllowed);
    type(ada, 'x');
    const ben = await tab(entry, 'ben');
    await until(() => textOf(ben) === 'x');
  });

  test('[RT10] a viewer with the stock client, who stays as long as they only read', async () => {
    const entry = anEntry();
    house.access.set('vic', 'read');
    const ada = await tab(entry, 'ada');
    type(ada, 'abc');
    ada.doc.getText('t').delete(0, 1);
    const vic = await tab(entry, 'vic');
    vic.awareness.setLocalStateField('cursor', 1);
    vic.ws?.close();
    await until(() => !vic.synced);
    await synced(vic);
    expect(textOf(vic)).toBe('bc');
    await until(() => ada.awareness.getStates().get(vic.doc.clientID)?.['cursor'] === 1);
    const refused = new Promise<{ code: number }>((resolve) => vic.once('closed', resolve));
    type(vic, 'x');
    expect((await refused).code).toBe(closeCode.notAllowed);
    expect(textOf(ada)).toBe('bc');
  });

  test('[RT17] [RT18] a person who claims to be another, and moves their cursor', async () => {
    const entry = anEntry();
    const [ada, ben] = [await tab(entry, 'ada'), await tab(entry, 'ben')];
    ada.awareness.setLocalState({ cursor: 1 });
    await until(() => ben.awareness.getStates().has(ada.doc.clientID));
    const eve = await openSocket(house.url, entry, 'eve');
    eve.send(awarenessFrame(ada.doc.clientID, 2 ** 40, null));
    eve.send(awarenessFrame(4711, 1, { user: { id: 'ada', name: 'ada of Acme' } }));
    await until(() => ben.awareness.getStates().has(4711));
    expect(ben.awareness.getStates().get(4711)?.['user']).toMatchObject({ id: 'eve', name: 'eve of Acme' });
    expect(ben.awareness.getStates().get(ada.doc.clientID)).toMatchObject({ cursor: 1, user: { id: 'ada' } });
    eve.terminate();
    await until(() => !ben.awareness.getStates().has(4711));
  });
});

test('[RT11] a role that is lost reaches an open socket, and a session that ended closes it', async () => {
  const entry = anEntry();
  const [ada, ben] = [await tab(entry, 'ada'), await tab(entry, 'ben')];
  const closed = new Promise<{ code: number }>((resolve) => ben.once('closed', resolve));
  house.access.set('ben', 'signedOut');
  await house.collab.recheck(({ person }) => person.id === 'ben');
  expect((await closed).code).toBe(closeCode.signedOut);
  house.access.delete('ben');
  expect(ada.wsconnected).toBe(true);
});

describe('stopping', () => {
  test('[RT25] a server that stops stores what has come, sends everybody away, and takes nobody', async () => {
    const stopping = await startCollab({ log });
    const entry = anEntry();
    const [ada, ben] = [await tab(entry, 'ada', stopping), await tab(entry, 'ben', stopping)];
    const closed = Promise.all([ada, ben].map(({ ws }) => closing(ws as unknown as WebSocket)));
    for (let at = 0; at < 200; at++) type(ada, String(at % 10));
    await until(() => textOf(ben).length > 0);
    const seen = textOf(ben).length;
    for (const one of [ada, ben]) one.shouldConnect = false;
    await stopping.close();
    expect(await closed).toEqual([closeCode.restarting, closeCode.restarting]);
    const stored = new Y.Doc();
    Y.applyUpdate(stored, await house.collab.read(entry));
    expect(textOf({ doc: stored }).length).toBeGreaterThanOrEqual(seen);
  });

  test('[RT25] a socket that does not answer holds nothing up', async () => {
    const stopping = await startCollab({ log });
    const asleep = await openSocket(stopping.url, anEntry(), 'ada');
    asleep.pause();
    const start = performance.now();
    await stopping.close();
    expect(performance.now() - start).toBeLessThan(5000);
    asleep.terminate();
  });

  test(
    '[RT4] a process killed with SIGKILL in the middle of typing loses nothing a second person had seen',
    { timeout: 60_000 },
    async () => {
      const port = await freePort();
      const url = `ws://127.0.0.1:${port}/collab/entry`;
      const entry = anEntry();
      let server = await spawnServer(port);
      const [ada, ben] = [await tab(entry, 'ada', { url }), await tab(entry, 'ben', { url })];
      for (let round = 0; round < 3; round++) {
        const before = textOf(ben).length;
        const typing = setInterval(() => type(ada, String(round)), 1);
        await until(() => textOf(ben).length > before + 40);
        server.kill('SIGKILL');
        await once(server, 'exit');
        clearInterval(typing);
        const seen = textOf(ben);
        server = await spawnServer(port);
        const fresh = await tab(entry, `fresh-${round}`, { url });
        expect(textOf(fresh).slice(0, seen.length)).toBe(seen);
        await until(() => textOf(ada) === textOf(ben) && textOf(ada) === textOf(fresh));
      }
      server.kill('SIGKILL');
    },
  );
});

describe('documents from elsewhere', () => {
  test('[RT29] a document begins with what it is seeded with, once', async () => {
    const entry = anEntry();
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'imported');
    const update = Y.encodeStateAsUpdate(doc);
    await house.collab.seed(entry, update, { personId: 'ada' });
    await expect(house.collab.seed(entry, update, { personId: 'ada' })).rejects.toThrow('written');
    await expect(house.collab.seed(anEntry(), Uint8Array.of(1), { personId: 'ada' })).rejects.toThrow('malformed');
    const ada = await tab(entry, 'ada');
    type(ada, ' and edited');
    const ben = await tab(entry, 'ben');
    await until(() => textOf(ben) === 'imported and edited');
    const stored = new Y.Doc();
    Y.applyUpdate(stored, await house.collab.read(entry));
    expect(textOf({ doc: stored })).toBe('imported and edited');
  });

  test('[RT28] lists are told what a document says within two seconds of the last keystroke', async () => {
    const entry = anEntry();
    const ada = await tab(entry, 'ada');
    const paragraph = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Etch rate' }] }] };
    const start = performance.now();
    Y.applyUpdate(ada.doc, Y.encodeStateAsUpdate(prosemirrorJSONToYDoc(documentSchema, paragraph, 'body')));
    await until(() => project.mock.calls.some(([{ id }]) => id === entry.id));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(project.mock.lastCall).toMatchObject([entry, { text: 'Etch rate', editedBy: { id: 'ada' } }]);
  });
});

async function spawnServer(port: number): Promise<ChildProcess> {
  const script = new URL('../../../test/collab/collab-process.ts', import.meta.url);
  const child = fork(script, [database.url, String(port)], { execArgv: [] });
  await once(child, 'message');
  return child;
}

/** What is under a websocket; for bytes that no client of ours would send. */
const rawSocketOf = (socket: WebSocket): Socket => (socket as unknown as { _socket: Socket })._socket;

test('[RT28] what a process could not tell the lists before it ended, the next one tells them', async () => {
  const followed = mongoFollowed(database.connection);
  const entry = anEntry();
  const doc = prosemirrorJSONToYDoc(
    documentSchema,
    {
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Said in time' }] }],
    },
    'body',
  );
  const parts = [{ personId: 'ada', sessionId: 'tab', update: Y.encodeStateAsUpdate(doc) }];
  await log.append([{ document: entry, record: { seq: 1, at: new Date(), parts } }]);
  await followed.begin(entry);
  const told = vi.fn<Project>().mockResolvedValue(undefined);
  const next = await startCollab({ log, project: told, followed });
  await next.collab.resume();
  await next.close();
  expect(told).toHaveBeenCalledExactlyOnceWith(
    entry,
    expect.objectContaining({
      seq: 1,
      text: 'Said in time',
      editedBy: expect.objectContaining({ name: 'ada by name' }),
    }),
  );
  const left: CollabDocument[] = [];
  for await (const document of followed.unfinished()) left.push(document);
  expect(left).toEqual([]);
});
