import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { closeCode, collabHttpPath, schemaVersion } from '@cobench/shared/realtime/collab';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { anEntry, openTab, startCollab, synced, textOf, until } from '../../test/collab/collab-house.ts';
import type { CollabHouse } from '../../test/collab/collab-house.ts';
import { awarenessFrame, Editor } from '../../test/collab/editor.ts';
import { settle } from '../../test/collab/link.ts';
import { MemoryLog } from '../../test/collab/memory-log.ts';
import { PollingTab } from '../../test/collab/polling-tab.ts';
import { newId } from '../platform/new-id.ts';
import type { Admission } from './collab/collab-server.ts';
import {
  maxPollingSessions,
  maxPostLength,
  maxQueuedBytes,
  maxUnsentBytes,
  maxUpdateBytes,
  slowBytes,
} from './collab/limits.ts';
import { step1Message, updateMessage } from './collab/messages.ts';
import type { CollabDocument } from './collab/peer.ts';
import type { Polling } from './collab/polling.ts';
import { servePolling } from './long-polling.ts';

let house: CollabHouse;
let log: MemoryLog;
let origin: string;
let ends: (() => void)[];

beforeEach(async () => {
  log = new MemoryLog();
  house = await startCollab({ log });
  origin = new URL(house.url.replace('ws', 'http')).origin;
  ends = [];
});
afterEach(async () => {
  for (const end of ends) end();
  await house.close();
});

function tab(document: CollabDocument, as?: string, more: ConstructorParameters<typeof PollingTab>[2] = {}) {
  const opened = new PollingTab(origin, document, { ...(as !== undefined && { as }), ...more });
  ends.push(() => opened.close());
  return opened;
}
function websocketTab(document: CollabDocument, person: string) {
  const opened = openTab(house.url, document, person);
  ends.push(() => opened.destroy());
  return opened;
}
const hasHeard = (one: PollingTab, type: string): boolean => one.editor.heard.some((said) => said.type === type);
const ready = (one: PollingTab): Promise<void> => until(() => hasHeard(one, 'step2'));
const textIn = (document: CollabDocument): string => log.content(document).getText('t').toJSON();

/** Where a request of engine.io goes. */
const at = (query: Record<string, string>): string =>
  `${origin}${collabHttpPath}?${new URLSearchParams({ EIO: '4', transport: 'polling', ...query }).toString()}`;
const documentAt = ({ kind, id }: CollabDocument, as = 'ada') => at({ kind, id, as });

type Ask = (more?: RequestInit) => Promise<Response>;

/** A session opened by hand; no client fetches what is for it. */
async function session(document: CollabDocument, as = 'ada'): Promise<Ask> {
  const [ask] = await namedSession(document, as);
  return ask;
}
async function namedSession(document: CollabDocument, as = 'ada'): Promise<[ask: Ask, sid: string]> {
  const opened = await (await fetch(documentAt(document, as))).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  return [(more) => fetch(at({ sid, as }), more), sid];
}
/** A frame as engine.io writes it. */
const packet = (bytes: ArrayLike<number>): string => `b${Buffer.from(Uint8Array.from(bytes)).toString('base64')}`;
const post = (body: string): RequestInit => ({ method: 'POST', body });

describe('[RT70] over HTTP', () => {
  test('two people, one per transport, write together, see each other, and are told what is saved', async () => {
    const entry = anEntry();
    const [ada, ben] = [tab(entry, 'ada'), websocketTab(entry, 'ben')];
    await Promise.all([ready(ada), synced(ben)]);
    for (let round = 0; round < 20; round++) {
      ada.editor.insert(0, 'a');
      ben.doc.getText('t').insert(0, 'b');
    }
    await until(() => ada.editor.text.length === 40 && textOf(ben).length === 40);
    expect(ada.editor.text).toBe(textOf(ben));
    await until(() => ada.editor.saved === ada.editor.sent);
    expect(textIn(entry)).toBe(textOf(ben));
    ada.editor.point({ cursor: 3 });
    ben.awareness.setLocalStateField('cursor', 4);
    await until(() => ada.editor.awareness.getStates().get(ben.doc.clientID)?.['cursor'] === 4);
    const seen = () => ben.awareness.getStates().get(ada.editor.doc.clientID);
    await until(() => seen()?.['cursor'] === 3);
    expect(seen()?.['user']).toMatchObject({ id: 'ada', name: 'ada of Acme' });
    expect(house.collab.load()).toEqual({ rooms: 1, sockets: 2 });
    ada.close();
    await until(() => house.collab.load().sockets === 1 && seen() === undefined);
  });

  test('a document of megabytes arrives whole, and so does a large answer', async () => {
    const entry = anEntry();
    const ada = tab(entry, 'ada');
    await ready(ada);
    ada.editor.insert(0, 'x'.repeat(3_000_000));
    await until(() => ada.editor.saved === ada.editor.sent);
    const ben = tab(entry, 'ben');
    await ready(ben);
    expect(ben.editor.text).toHaveLength(3_000_000);
  });

  test.each<[string, string | undefined, Partial<CollabDocument>, string | undefined, number]>([
    ['no session', undefined, {}, undefined, closeCode.signedOut],
    ['a session store that is away', 'broken', {}, undefined, closeCode.loadFailed],
    ['an unknown kind', 'ada', { kind: 'protocol' as never }, undefined, closeCode.missing],
    ['an id that is none', 'ada', { id: 'my-notes' }, undefined, closeCode.missing],
    ['an older schema', 'ada', {}, String(schemaVersion - 1), closeCode.outdatedSchema],
    ['what one may not read', 'stranger', {}, undefined, closeCode.missing],
  ])('says why not: %s', async (_, as, over, schema, code) => {
    house.access.set('stranger', 'missing');
    const ada = tab({ ...anEntry(), ...over }, as, { ...(schema !== undefined && { schema }) });
    expect(await ada.closed).toBe(code);
    await until(() => house.collab.load().sockets === 0);
    expect(house.collab.load().rooms).toBe(0);
  });

  test('pages of other sites get nothing, at no request of a session', async () => {
    const entry = anEntry();
    const ask = await session(entry);
    const headers = { origin: 'https://evil.example' };
    expect((await fetch(documentAt(entry), { headers })).status).toBe(403);
    expect((await ask({ headers })).status).toBe(403);
    expect((await ask({ ...post('2'), headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await ask({ headers: { origin } })).status).toBe(200);
  });

  test('the name of a session alone opens nothing', async () => {
    const entry = anEntry();
    const mine = { headers: { cookie: 'session=ada' } };
    const { sid } = JSON.parse((await (await fetch(documentAt(entry), mine)).text()).slice(1)) as { sid: string };
    for (const headers of [{}, { cookie: 'session=eve' }]) {
      expect((await fetch(at({ sid }), { headers })).status).toBe(400);
      expect((await fetch(at({ sid }), { ...post('1'), headers })).status).toBe(400);
    }
    expect((await fetch(at({ sid }), mine)).status).toBe(200);
    expect((await fetch(at({ sid: 'unheard-of' }), mine)).status).toBe(400);
  });

  test('there is no way to another transport, to an old protocol or to a script', async () => {
    const entry = anEntry();
    const opened = await (await fetch(documentAt(entry))).text();
    expect(JSON.parse(opened.slice(1))).toMatchObject({ upgrades: [] });
    expect((await fetch(`${documentAt(entry)}&j=1`)).status).toBe(400);
    expect((await fetch(documentAt(entry).replace('EIO=4', 'EIO=3'))).status).toBe(400);
    expect((await fetch(documentAt(entry).replace('polling', 'websocket'))).status).toBe(400);
    expect((await fetch(documentAt(entry), { method: 'DELETE' })).status).toBe(405);
    const socket = new WebSocket(documentAt(entry).replace('http', 'ws').replace('polling', 'websocket'));
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(404);
  });
});

describe('[RT11] rights over HTTP', () => {
  test('a viewer sees and points, and is sent away for writing', async () => {
    const entry = anEntry();
    house.access.set('vic', 'read');
    const [ada, vic] = [websocketTab(entry, 'ada'), tab(entry, 'vic')];
    await Promise.all([synced(ada), ready(vic)]);
    ada.doc.getText('t').insert(0, 'abc');
    await until(() => vic.editor.text === 'abc');
    vic.editor.insert(0, 'x');
    expect(await vic.closed).toBe(closeCode.notAllowed);
    expect(textOf(ada)).toBe('abc');
  });

  test('a lost right ends the session at once, also while nothing is said', async () => {
    const entry = anEntry();
    const ada = tab(entry, 'ada');
    await ready(ada);
    house.access.set('ada', 'signedOut');
    await house.collab.recheck(({ person }) => person.id === 'ada');
    expect(await ada.closed).toBe(closeCode.signedOut);
  });

  test('who is sent away while they send is told why before anything breaks', async () => {
    const entry = anEntry();
    const [ask, sid] = await namedSession(entry);
    const { hostname, port } = new URL(origin);
    const coming = once(house.server, 'request');
    const sending = connect(Number(port), hostname);
    sending.write(`POST ${at({ sid }).slice(origin.length)} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbAA`);
    await coming;
    house.access.set('ada', 'missing');
    await house.collab.recheck(({ document }) => document.id === entry.id);
    expect(await heardUntilClose(ask)).toContain(`4close ${closeCode.missing} `);
    sending.write('A');
    const [answer] = (await once(sending, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 /);
    sending.destroy();
  });

  test('a lost right that nobody was told of ends it within two seconds of the next word', async () => {
    const entry = anEntry();
    const ada = tab(entry, 'ada');
    await ready(ada);
    house.access.set('ada', 'notAllowed');
    const start = Date.now();
    const typing = setInterval(() => ada.editor.insert(0, 'a'), 100);
    ends.push(() => clearInterval(typing));
    expect(await ada.closed).toBe(closeCode.notAllowed);
    expect(Date.now() - start).toBeLessThan(2500);
  });
});

describe('[RT13] a session that misbehaves ends alone', () => {
  test.each<[string, string, number]>([
    ['a text message', '4hello', closeCode.malformed],
    ['a malformed message', packet([0, 2, 50]), closeCode.malformed],
    ['a frame over the limit', packet(new Uint8Array(maxUpdateBytes + 1)), closeCode.tooBig],
    ['another’s frames after its own', `${packet([0, 2, 50])}\u001e${packet([3])}`, closeCode.malformed],
  ])('%s', async (_, body, code) => {
    const entry = anEntry();
    const ada = websocketTab(entry, 'ada');
    await synced(ada);
    const ask = await session(entry, 'rude');
    const [said] = await Promise.all([heardUntilClose(ask), ask(post(body))]);
    expect(said).toContain(`4close ${code} `);
    expect((await ask()).status).toBe(400);
    ada.doc.getText('t').insert(0, 'x');
    await until(() => textIn(entry) === 'x');
    await until(() => house.collab.load().sockets === 1);
  });

  test('a request over the limit is answered with 413, and the session is over', async () => {
    const ask = await session(anEntry());
    const [said, answer] = await Promise.all([heardUntilClose(ask), ask(post('b'.repeat(maxPostLength + 1)))]);
    expect(answer.status).toBe(413);
    expect(said).toContain(`4close ${closeCode.tooBig} `);
  });

  test('a request of countless packets is never taken apart', async () => {
    const ask = await session(anEntry());
    await until(() => house.collab.load().rooms === 1);
    const start = performance.now();
    await expect(ask(post('4\u001e'.repeat(2_000_000)))).rejects.toThrow('fetch failed');
    expect(performance.now() - start).toBeLessThan(1000);
    await until(() => house.collab.load().sockets === 0);
  });

  test('what is no packet at all ends the session', async () => {
    const ask = await session(anEntry());
    expect((await ask(post('9nonsense'))).status).toBe(200);
    await until(() => house.collab.load().sockets === 0);
    expect((await ask()).status).toBe(400);
  });

  test('two people who point at the same cursor', async () => {
    const entry = anEntry();
    const [ada, ben] = [tab(entry, 'ada'), websocketTab(entry, 'ben')];
    await Promise.all([ready(ada), synced(ben)]);
    ben.awareness.setLocalStateField('cursor', 1);
    await until(() => ada.editor.awareness.getStates().get(ben.doc.clientID)?.['cursor'] === 1);
    ada.socket.send(awarenessFrame(ben.doc.clientID, 2 ** 40, null));
    ada.socket.send(awarenessFrame(4711, 1, { cursor: 2 }));
    await until(() => ben.awareness.getStates().has(4711));
    expect(ada.editor.awareness.getStates().get(ben.doc.clientID)).toMatchObject({ cursor: 1 });
  });
});

describe('[RT71] what a session may take', () => {
  test('who fetches nothing is told to come back when too much waits', async () => {
    const entry = anEntry();
    const slow = await session(entry, 'slow');
    await slow(post(packet(step1Message(Uint8Array.of(0)))));
    const ada = websocketTab(entry, 'ada');
    await synced(ada);
    for (let sent = 0; sent <= maxUnsentBytes + 1_000_000; sent += 3000) {
      ada.awareness.setLocalState({ cursor: sent, note: 'x'.repeat(3000) });
    }
    ada.doc.getText('t').insert(0, 'and then');
    await until(() => textIn(entry) === 'and then');
    expect(await heardUntilClose(slow)).toContain(`4close ${closeCode.tooSlow} `);
    await until(() => house.collab.load().sockets === 1);
  });

  test('who fetches late gets all that came meanwhile, as one change', async () => {
    const entry = anEntry();
    const late = await session(entry, 'late');
    await late(post(packet(step1Message(Uint8Array.of(0)))));
    const ada = websocketTab(entry, 'ada');
    await synced(ada);
    for (const letter of ['x', 'y', 'z']) {
      ada.doc.getText('t').insert(0, letter.repeat(slowBytes));
      await until(() => textIn(entry).length === ada.doc.getText('t').length);
    }
    const heard = new Editor();
    for (let asked = 0; heard.text.length < 3 * slowBytes; asked++) {
      expect(asked).toBeLessThan(4);
      for (const one of (await (await late()).text()).split('\u001e')) {
        if (one.startsWith('b')) heard.receive(Buffer.from(one.slice(1), 'base64'));
      }
    }
    expect(heard.heard.filter(({ type }) => type === 'update')).toHaveLength(2);
    expect(heard.text).toBe(textOf(ada));
  });

  test('requests wait unread while too much waits to be taken, and nothing of them is lost', async () => {
    const entry = anEntry();
    const held = Promise.withResolvers<void>();
    log.gate = async (step) => (step === 'load' ? held.promise : undefined);
    const ask = await session(entry);
    const bring = () => ask(post(packet(updateMessage(typed('x'.repeat(maxQueuedBytes))))));
    await bring();
    const answered = vi.fn<() => void>();
    const second = bring().then(answered);
    await session(anEntry(), 'ben');
    await session(anEntry(), 'eve');
    expect(answered).not.toHaveBeenCalled();
    held.resolve();
    await second;
    await until(() => textIn(entry).length === 2 * maxQueuedBytes);
  });

  test('who does not answer a ping is gone', async () => {
    await house.close();
    house = await startCollab({ log, beat: { pingInterval: 50, pingTimeout: 50 } });
    origin = new URL(house.url.replace('ws', 'http')).origin;
    const ask = await session(anEntry());
    await until(() => house.collab.load().sockets === 1);
    await until(() => house.collab.load().sockets === 0);
    await expect(heardUntilClose(ask)).rejects.toThrow('400');
  });

  test('who breaks off before being let in leaves nothing behind', async () => {
    const [asked, judged] = [Promise.withResolvers<void>(), Promise.withResolvers<Admission>()];
    const open = vi.fn<Polling['open']>();
    const admit = (): Promise<Admission> => {
      asked.resolve();
      return judged.promise;
    };
    const polling = { open, proceed: vi.fn<Polling['proceed']>() };
    const server = createServer(servePolling({ publicOrigin: '', admit, credentialOf: () => '', polling }));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ends.push(() => server.close());
    const coming = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n');
    const [, res] = await coming;
    await asked.promise;
    socket.resetAndDestroy();
    await once(res, 'close');
    judged.resolve({ admitted: false, code: 4404, reason: 'none' });
    await settle();
    expect(open).not.toHaveBeenCalled();
  });

  test('one person has so many documents open, another as many', async () => {
    await Promise.all(Array.from({ length: maxPollingSessions }, () => session(anEntry())));
    await until(() => house.collab.load().sockets === maxPollingSessions);
    expect(await tab(anEntry(), 'ada').closed).toBe(closeCode.flooded);
    await ready(tab(anEntry(), 'ben'));
  });
});

test('[RT25] a server that stops stores what has come over HTTP, and says when to come back', async () => {
  const entry = { ...anEntry(), id: newId() };
  const ada = tab(entry, 'ada');
  await ready(ada);
  ada.editor.insert(0, 'last words');
  await until(() => textIn(entry) !== '' || ada.editor.sent > 0);
  const start = Date.now();
  const stopped = house.close();
  expect(await ada.closed).toBe(closeCode.restarting);
  await stopped;
  expect(Date.now() - start).toBeLessThan(3000);
  house = await startCollab({ log });
});

function typed(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('t').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

/** All that a session is told until it is told to go. */
async function heardUntilClose(ask: () => Promise<Response>): Promise<string> {
  let said = '';
  while (!said.includes('4close')) {
    const answer = await ask();
    if (answer.status !== 200) throw new Error(`The session ended with ${answer.status} after: ${said}`);
    said += await answer.text();
  }
  return said;
}
