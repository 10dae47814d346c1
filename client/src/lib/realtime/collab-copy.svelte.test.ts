import { closeCode } from '@cobench/shared/realtime/collab';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeServer } from '../../test/fake-collab-server.ts';
import { FakeDisk } from '../../test/fake-disk.ts';
import { CollabDocument } from './collab-document.svelte.ts';
import { Copies } from './copy/copies.ts';

const noon = new Date('2026-11-21T12:04:00Z');
let server: FakeServer;
let disk: FakeDisk;
let tabs: CollabDocument[];

beforeEach(() => {
  server = new FakeServer();
  disk = new FakeDisk();
  tabs = [];
});
afterEach(() => tabs.forEach((tab) => tab.destroy()));

const copies = () => new Copies({ personId: 'ada', organisationId: 'acme' }, { factory: disk.factory });

/** A tab on the one document of this laboratory, with the copy of this computer read. */
async function openTab(): Promise<CollabDocument> {
  const tab = new CollabDocument(
    { kind: 'entry', id: 'e1' },
    { WebSocket: server.WebSocket, copies: copies(), now: () => noon, random: () => 0 },
  );
  tabs.push(tab);
  await tab.opened;
  return tab;
}

/** The tab is closed without a word, as by a crash, once what was written is on the disk. */
async function crash(tab: CollabDocument): Promise<void> {
  await tab.copy?.flush();
  tab.destroy();
}

const body = (tab: CollabDocument) => tab.doc.getText('body');
const type = (tab: CollabDocument, text: string) => body(tab).insert(body(tab).length, text);

test('[RT82] what was written without the server is there after a reload, is counted, and is sent', async () => {
  const first = await openTab();
  server.socket.accept();
  type(first, 'a');
  server.socket.acknowledge();
  server.socket.cut();
  type(first, 'b');
  type(first, 'c');
  await crash(first);

  const second = await openTab();
  expect([second.loaded, body(second).toJSON(), second.saving]).toEqual([true, 'abc', { state: 'kept', changes: 2 }]);
  server.socket.accept();
  expect(second.saving).toEqual({ state: 'saving', changes: 2 });
  server.socket.acknowledge();
  expect([second.saving, server.text]).toEqual([{ state: 'saved', at: noon }, 'abc']);
  await crash(second);
  expect((await openTab()).saving).toEqual({ state: 'saved', at: null });
});

test('[RT80] it asks the server only once it knows what it has itself', async () => {
  const first = await openTab();
  server.doc.getText('body').insert(0, 'x'.repeat(1000));
  server.socket.accept();
  await crash(first);
  const again = new CollabDocument(
    { kind: 'entry', id: 'e1' },
    { WebSocket: server.WebSocket, copies: copies(), now: () => noon, random: () => 0 },
  );
  tabs.push(again);
  expect(server.sockets).toHaveLength(1);
  await again.opened;
  expect([server.sockets.length, body(again).length]).toEqual([2, 1000]);
});

test('[RT81] an empty copy is not an empty document: nothing is shown before the server answered once', async () => {
  const first = await openTab();
  await crash(first);
  const second = await openTab();
  expect(second.loaded).toBe(false);
  server.socket.accept();
  expect(second.loaded).toBe(true);
  await crash(second);
  expect((await openTab()).loaded).toBe(true);
});

test('[RT82] a change is at risk until it is on the disk or on the server', async () => {
  const tab = await openTab();
  server.socket.accept();
  server.socket.cut();
  type(tab, 'a');
  expect([tab.saving, tab.atRisk]).toEqual([{ state: 'unsaved', changes: 1 }, 1]);
  await tab.copy?.flush();
  expect([tab.saving, tab.atRisk]).toEqual([{ state: 'kept', changes: 1 }, 0]);
});

test('[RT82] a full disk leaves it where it was before: in the tab only, and said so', async () => {
  const tab = await openTab();
  server.socket.accept();
  server.socket.cut();
  disk.full = true;
  type(tab, 'a');
  await tab.copy?.flush();
  expect([tab.saving.state, tab.atRisk, tab.copy?.trouble]).toEqual(['unsaved', 1, 'full']);
});

test('[RT84] signed out, one writes on, and what was written is offered after the next sign-in', async () => {
  const tab = await openTab();
  server.socket.accept();
  type(tab, 'signed in');
  server.socket.acknowledge();
  server.socket.cut(closeCode.signedOut);
  type(tab, ', signed out');
  await crash(tab);

  const later = await openTab();
  server.socket.accept();
  expect([body(later).toJSON(), later.saving.state, later.apart?.changes]).toEqual(['signed in', 'saved', 1]);
  await later.settleApart('add');
  server.socket.acknowledge();
  expect([server.text, later.saving.state, later.apart]).toEqual(['signed in, signed out', 'saved', null]);
  await crash(later);
  const last = await openTab();
  expect([body(last).toJSON(), last.apart]).toEqual(['signed in, signed out', null]);
});

test('[RT84] what was written while signed out and is not wanted is gone', async () => {
  const tab = await openTab();
  server.socket.accept();
  server.socket.cut(closeCode.signedOut);
  type(tab, 'a stranger was here');
  await crash(tab);
  const later = await openTab();
  await later.settleApart('discard');
  await crash(later);
  const last = await openTab();
  expect([body(last).toJSON(), last.apart]).toEqual(['', null]);
});

test('[RT84] signed in again in the same tab it goes on, and all of it is sent', async () => {
  const tab = await openTab();
  server.socket.accept();
  server.socket.cut(closeCode.signedOut);
  type(tab, 'kept');
  tab.retry();
  server.socket.accept();
  server.socket.acknowledge();
  expect([tab.saving.state, server.text]).toEqual(['saved', 'kept']);
  await crash(tab);
  expect((await openTab()).apart).toBe(null);
});

test('[RT85] what the server refused stays on this computer until its person discards it', async () => {
  const tab = await openTab();
  server.socket.accept();
  type(tab, 'poison');
  server.socket.cut(closeCode.malformed);
  await crash(tab);
  const again = await openTab();
  expect([body(again).toJSON(), again.saving]).toEqual(['poison', { state: 'kept', changes: 1 }]);
  await again.discard();
  expect([again.saving.state, again.atRisk]).toEqual(['saved', 0]);
  expect(await copies().unsent()).toEqual([]);
});

test('[RT83] what another tab left is taken in and sent', async () => {
  const tab = await openTab();
  server.socket.accept();
  const other = await openTab();
  type(other, 'left behind');
  await crash(other);
  await tab.takeNews();
  expect(body(tab).toJSON()).toBe('left behind');
  expect(tab.saving).toEqual({ state: 'saving', changes: 1 });
  server.sockets[0]?.acknowledge();
  expect([tab.saving.state, server.text]).toEqual(['saved', 'left behind']);
});
