import { closeCode, schemaVersion } from '@cobench/shared/realtime/collab';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { CollabDocument } from './collab-document.svelte.ts';
import { FakeServer } from '../../test/fake-collab-server.ts';

const noon = new Date('2026-11-21T12:04:00Z');
let server: FakeServer;
let tab: CollabDocument;
let body: Y.Text;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  tab = new CollabDocument(
    { kind: 'entry', id: 'e 1' },
    { WebSocket: server.WebSocket, copies: null, now: () => noon, random: () => 0 },
  );
  body = tab.doc.getText('body');
});

afterEach(() => {
  tab.destroy();
  vi.useRealTimers();
});

const type = (text: string) => body.insert(body.length, text);

test('it connects to the room of the document, on this origin, and says which schema it speaks', () => {
  expect(server.socket.url).toBe(`ws://localhost:3000/collab/entry/e%201?schema=${schemaVersion}`);
});

test('it is loading until the content came, and saved as long as nothing was typed', () => {
  server.doc.getText('body').insert(0, 'stored');
  server.socket.open();
  expect([tab.state, tab.loaded]).toEqual([{ state: 'synced' }, true]);
  expect(body.toJSON()).toBe('stored');
  expect(tab.saving).toEqual({ state: 'saved', at: null });
});

test('what is typed is saved when the server says so, at the time it says so', () => {
  server.socket.accept();
  type('a');
  type('b');
  expect(tab.saving).toEqual({ state: 'saving', changes: 2 });
  server.socket.acknowledge(1);
  expect(tab.saving).toEqual({ state: 'saving', changes: 1 });
  server.socket.acknowledge(2);
  expect(tab.saving).toEqual({ state: 'saved', at: noon });
});

test('a deletion counts like anything else, though no state vector shows it', () => {
  server.doc.getText('body').insert(0, 'stored');
  server.socket.accept();
  body.delete(0, 3);
  expect(tab.saving).toEqual({ state: 'saving', changes: 1 });
  server.socket.cut();
  vi.advanceTimersByTime(1000);
  expect(tab.saving).toEqual({ state: 'unsaved', changes: 1 });
  server.socket.accept();
  expect(tab.saving).toEqual({ state: 'saving', changes: 1 });
  server.socket.acknowledge();
  expect([tab.saving.state, server.text]).toEqual(['saved', 'red']);
});

test('what others write is not a change of this tab', () => {
  server.socket.accept();
  const other = new Y.Doc();
  other.getText('body').insert(0, 'from Ben');
  server.socket.relay(Y.encodeStateAsUpdate(other));
  expect([body.toJSON(), tab.saving.state]).toEqual(['from Ben', 'saved']);
});

test('the editor is told before what others wrote is taken in', () => {
  server.socket.accept();
  const seen: string[] = [];
  tab.beforeRemote.add(() => seen.push(body.toJSON()));
  const other = new Y.Doc();
  other.getText('body').insert(0, 'from Ben');
  server.socket.relay(Y.encodeStateAsUpdate(other));
  expect([seen, body.toJSON()]).toEqual([[''], 'from Ben']);
});

test('changes made while the connection is away are kept, counted, and sent in one message', () => {
  server.socket.accept();
  type('a');
  server.socket.acknowledge();
  server.socket.cut();
  type('b');
  type('c');
  expect([tab.state, tab.saving]).toEqual([{ state: 'reconnecting' }, { state: 'unsaved', changes: 2 }]);
  vi.advanceTimersByTime(1000);
  server.socket.accept();
  expect(server.socket.counted).toBe(1);
  server.socket.acknowledge();
  expect([tab.saving.state, server.text]).toEqual(['saved', 'abc']);
});

test('an acknowledgement that the cut swallowed is made up for by the next connection', () => {
  server.socket.accept();
  type('a');
  type('b');
  server.socket.cut();
  vi.advanceTimersByTime(1000);
  server.socket.accept();
  expect(tab.saving).toEqual({ state: 'saved', at: noon });
});

test('what is typed before the server asked waits, so that the server never sees a gap', () => {
  server.socket.accept();
  server.socket.cut();
  type('a');
  vi.advanceTimersByTime(1000);
  server.socket.open();
  type('b');
  expect([server.socket.counted, server.text]).toEqual([0, '']);
  server.socket.ask();
  expect([server.socket.counted, server.text]).toEqual([1, 'ab']);
  type('c');
  server.socket.acknowledge(1);
  expect(tab.saving).toEqual({ state: 'saving', changes: 1 });
});

test('after some failed attempts it says offline, and it is back as soon as the server is', () => {
  server.socket.accept();
  for (let attempt = 0; attempt < 4; attempt++) {
    server.socket.cut();
    vi.advanceTimersByTime(20_000);
  }
  expect(tab.state).toEqual({ state: 'offline' });
  server.socket.accept();
  expect(tab.state).toEqual({ state: 'synced' });
});

test('when the network comes or goes, the socket is replaced', () => {
  server.socket.accept();
  tab.networkChanged();
  expect([server.sockets.length, tab.state]).toEqual([2, { state: 'reconnecting' }]);
  server.socket.accept();
  expect(tab.state).toEqual({ state: 'synced' });
});

test.each([
  [closeCode.signedOut, 'signed-out'],
  [closeCode.missing, 'missing'],
  [closeCode.outdatedSchema, 'outdated'],
  [closeCode.flooded, 'flooded'],
  [closeCode.tooBig, 'too-big'],
  [closeCode.malformed, 'refused'],
])('close code %i is final and keeps what was typed: %s', (code, reason) => {
  server.socket.accept();
  type('a');
  server.socket.cut(code);
  vi.advanceTimersByTime(60_000);
  expect([server.sockets.length, tab.state]).toEqual([1, { state: 'closed', reason }]);
  expect(tab.saving).toEqual({ state: 'unsaved', changes: 1 });
});

test('after a sign-in it goes on where it was', () => {
  server.socket.accept();
  type('a');
  server.socket.cut(closeCode.signedOut);
  tab.retry();
  server.socket.accept();
  server.socket.acknowledge();
  expect([tab.state, tab.saving.state, server.text]).toEqual([{ state: 'synced' }, 'saved', 'a']);
});

test('somebody who may no longer write comes back as a reader, who sends nothing', () => {
  server.socket.accept();
  server.socket.cut(closeCode.notAllowed);
  server.socket.accept();
  expect([tab.state, tab.demoted]).toEqual([{ state: 'synced' }, true]);
  type('a');
  expect([server.socket.counted, tab.saving.state]).toEqual([0, 'saved']);
});

test('somebody who may not even read is not let in a third time', () => {
  server.socket.accept();
  type('a');
  server.socket.cut(closeCode.notAllowed);
  server.socket.cut(closeCode.notAllowed);
  vi.advanceTimersByTime(60_000);
  expect([server.sockets.length, tab.state]).toEqual([2, { state: 'closed', reason: 'not-allowed' }]);
  expect(tab.saving).toEqual({ state: 'unsaved', changes: 1 });
});

test('a reader sends nothing, whatever happens to the document in this tab', () => {
  tab.allowWriting(() => false);
  server.socket.accept();
  type('a');
  server.socket.cut();
  vi.advanceTimersByTime(1000);
  server.socket.accept();
  expect([server.text, server.socket.counted, tab.saving.state]).toEqual(['', 0, 'saved']);
});

test('whoever waits for the save is told when the last change is durable', async () => {
  await tab.whenSaved();
  server.socket.accept();
  type('a');
  let told = false;
  const waiting = tab.whenSaved().then(() => (told = true));
  await Promise.resolve();
  expect(told).toBe(false);
  server.socket.acknowledge();
  await waiting;
  expect(told).toBe(true);
});

test('[RT89] a document that takes minutes to arrive is waited for, and one that came is not', () => {
  const waits = () => tab.provider.wsLastMessageReceived - Date.now();
  // The answer to step 1 is under way.
  server.socket.send = () => {};
  server.socket.open();
  server.socket.ask();
  expect(waits()).toBeGreaterThan(60_000);
  tab.networkChanged();
  server.socket.accept();
  server.socket.relay(Y.encodeStateAsUpdate(new Y.Doc()));
  expect(waits()).toBeLessThan(1000);
});
