import { beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { FakeDisk } from '../../test/fake-disk.ts';
import type { DocumentRef } from './collab-document.svelte.ts';
import { Copies } from './copy/copies.ts';
import { UnsentDocuments } from './unsent.svelte.ts';

let copies: Copies;
beforeEach(() => {
  copies = new Copies({ personId: 'ada', organisationId: 'acme' }, { factory: new FakeDisk().factory });
});

/** An entry that some tab left with one unsent change, made while somebody was signed in or not. */
async function leave(id: string, { apart = false } = {}): Promise<void> {
  const doc = new Y.Doc();
  const copy = copies.of({ kind: 'entry', id }, { state: () => Y.encodeStateAsUpdate(doc), name: () => `Entry ${id}` });
  if (apart) copy.setApart();
  doc.on('update', (update: Uint8Array) => copy.keepChange(update, { made: 1, sent: false }));
  doc.getText('body').insert(0, 'x');
  await copy.flush();
}

test('[RT83] what tabs left is sent one after the other, but nothing that waits for its person', async () => {
  await Promise.all([leave('1'), leave('2'), leave('3', { apart: true })]);
  const sent: string[] = [];
  const send = async ({ id }: DocumentRef) => void sent.push(id);
  const unsent = new UnsentDocuments({ copies, send });
  await unsent.send();
  expect(sent).toEqual(['1', '2']);
  expect(unsent.list.map(({ id, apart }) => [id, apart])).toEqual([
    ['1', 0],
    ['2', 0],
    ['3', 1],
  ]);
});

test('[RT83] it is tried when the network is back, and no more after the end', async () => {
  await leave('1');
  const send = vi.fn<(ref: DocumentRef) => Promise<void>>(async () => {});
  const stop = new UnsentDocuments({ copies, send }).follow();
  await expect.poll(() => send.mock.calls.length).toBe(1);
  dispatchEvent(new Event('online'));
  await expect.poll(() => send.mock.calls.length).toBe(2);
  stop();
  dispatchEvent(new Event('online'));
  await copies.unsent();
  expect(send).toHaveBeenCalledTimes(2);
});

test('[RT83] one document that does not get through does not keep the others back', async () => {
  await Promise.all([leave('1'), leave('2')]);
  const sent: string[] = [];
  const send = ({ id }: DocumentRef) => {
    sent.push(id);
    return new Promise<void>(() => {});
  };
  await new UnsentDocuments({ copies, send, moment: async () => {} }).send();
  expect(sent).toEqual(['1', '2']);
});
