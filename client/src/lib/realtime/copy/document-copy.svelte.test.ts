import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { FakeDisk } from '../../../test/fake-disk.ts';
import { Copies } from './copies.ts';
import type { DocumentCopy, TakenIn } from './document-copy.svelte.ts';

const ada = { personId: 'ada', organisationId: 'acme' };
const entry = { kind: 'entry', id: 'e1' } as const;
let disk: FakeDisk;
beforeEach(() => {
  disk = new FakeDisk();
});
afterEach(() => vi.useRealTimers());

/** A tab that has the document open: what it types goes into its copy. */
class Tab {
  readonly doc = new Y.Doc();
  readonly copy: DocumentCopy;
  made = 0;

  constructor(copies: Copies, ref: typeof entry = entry) {
    this.copy = copies.of(ref, { state: () => Y.encodeStateAsUpdate(this.doc), name: () => 'Oxide etch' });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'others') this.copy.keep(update);
      else if (origin !== 'copy') this.copy.keepChange(update, { made: ++this.made, sent: false });
    });
  }

  static async open(copies = new Copies(ada, { factory: disk.factory })): Promise<Tab> {
    const tab = new Tab(copies);
    tab.take(await tab.copy.load());
    return tab;
  }

  take(kept: TakenIn | null): void {
    for (const update of kept?.updates ?? []) Y.applyUpdate(this.doc, update, 'copy');
    this.made += kept?.changes ?? 0;
  }
  type(text: string): void {
    const body = this.doc.getText('body');
    body.insert(body.length, text);
  }
  get text(): string {
    return this.doc.getText('body').toJSON();
  }
}

test('[RT80] what was typed is there again, with how much of it the server has', async () => {
  const tab = await Tab.open();
  tab.copy.synced();
  for (const letter of 'abc') tab.type(letter);
  tab.copy.durable(1);
  await tab.copy.flush();
  const again = new Copies(ada, { factory: disk.factory });
  expect(await again.of(entry, { state: () => new Uint8Array(), name: () => '' }).load()).toMatchObject({
    synced: true,
    changes: 2,
    name: 'Oxide etch',
    apart: null,
  });
  expect((await Tab.open()).text).toBe('abc');
});

test('[RT80] nothing is called kept before it is on the disk', async () => {
  const tab = await Tab.open();
  tab.type('a');
  expect(tab.copy.kept).toBe(0);
  await tab.copy.flush();
  expect(tab.copy.kept).toBe(1);
});

test('[RT81] a copy that never met the server does not say that the document is empty', async () => {
  const tab = await Tab.open();
  tab.type('a');
  await tab.copy.flush();
  const kept = await (await Tab.open()).copy.news();
  expect(kept?.synced).toBe(false);
});

test('[RT80] a full disk is said, and what could not be written is written when there is space again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const tab = await Tab.open();
  tab.type('a');
  disk.full = true;
  await tab.copy.flush();
  expect([tab.copy.trouble, tab.copy.kept]).toEqual(['full', 0]);
  tab.type('b');
  disk.full = false;
  vi.advanceTimersByTime(5000);
  await tab.copy.flush();
  expect([tab.copy.trouble, tab.copy.kept]).toEqual([null, 2]);
  expect((await Tab.open()).text).toBe('ab');
});

test('[RT80] a browser without a database keeps nothing, and says so', async () => {
  const factory = new FakeDisk().factory;
  factory.open = () => {
    throw new DOMException('Not in a private window.', 'SecurityError');
  };
  const tab = await Tab.open(new Copies(ada, { factory }));
  tab.type('a');
  await tab.copy.flush();
  expect([tab.copy.trouble, tab.copy.kept]).toEqual(['forbidden', 0]);
});

test('[RT81] a copy that a newer page wrote is neither opened nor written to', async () => {
  const copies = new Copies(ada, { factory: disk.factory });
  const newer = copies.of(entry, { state: () => new Uint8Array(), name: () => '' }, { schema: 99 });
  newer.synced();
  await newer.flush();
  const tab = await Tab.open();
  expect([tab.text, tab.copy.trouble]).toEqual(['', 'newer']);
  tab.type('a');
  await tab.copy.flush();
  expect(await copies.unsent()).toEqual([]);
});

test('[RT80] two tabs write at once, whatever one of them sums up, and neither loses a letter', async () => {
  const [one, other] = [await Tab.open(), await Tab.open()];
  for (let round = 0; round < 150; round++) {
    one.type('1');
    if (round % 2 === 0) other.type('2');
    await Promise.all([one.copy.flush(), other.copy.flush()]);
  }
  for (let round = 0; round < 100; round++) {
    one.type('1');
    await one.copy.flush();
  }
  const third = await Tab.open();
  expect(third.text.match(/1/g)).toHaveLength(250);
  expect(third.text.match(/2/g)).toHaveLength(75);
  expect(third.made).toBe(325);
});

test('[RT80] long typing is summed up: what is read again is short', async () => {
  const copies = new Copies(ada, { factory: disk.factory });
  const tab = await Tab.open(copies);
  for (let round = 0; round < 250; round++) {
    tab.type('x');
    await tab.copy.flush();
  }
  const read = await new Tab(copies).copy.load();
  expect(read?.updates.length).toBeLessThan(100);
  expect((await Tab.open()).text).toBe('x'.repeat(250));
});

test('[RT83] what another tab left is taken in once, and counts until the server has it', async () => {
  const [one, other] = [await Tab.open(), await Tab.open()];
  other.type('left');
  await other.copy.flush();
  one.type('own ');
  one.take(await one.copy.news());
  expect([one.text, one.made, one.copy.kept]).toEqual([expect.stringContaining('left'), 2, 2]);
  one.take(await one.copy.news());
  expect(one.made).toBe(2);

  const copies = new Copies(ada, { factory: disk.factory });
  one.copy.durable(1);
  await one.copy.flush();
  expect(await copies.unsent()).toMatchObject([{ changes: 1 }]);
  one.copy.durable(2);
  await one.copy.flush();
  expect(await copies.unsent()).toEqual([]);
});

test('[RT84] what is typed while nobody is signed in is no part of the document until its person says so', async () => {
  const tab = await Tab.open();
  tab.type('signed in.');
  tab.copy.setApart();
  tab.type(' Who was that?');
  tab.type(' And that?');
  await tab.copy.flush();
  expect(tab.copy.kept).toBe(3);

  const later = new Tab(new Copies(ada, { factory: disk.factory }));
  const kept = await later.copy.load();
  later.take(kept);
  expect([later.text, kept?.changes, kept?.apart?.changes]).toEqual(['signed in.', 1, 2]);
  for (const update of kept?.apart?.updates ?? []) Y.applyUpdate(later.doc, update);
  await later.copy.flush();
  if (kept?.apart) await later.copy.forgetApart(kept.apart);
  const last = new Tab(new Copies(ada, { factory: disk.factory }));
  const settled = await last.copy.load();
  last.take(settled);
  expect([last.text, settled?.apart]).toEqual(['signed in. Who was that? And that?', null]);
});

test('[RT84] signed in again in the same tab, what was typed meanwhile is part of the document', async () => {
  const tab = await Tab.open();
  tab.copy.setApart();
  tab.type('kept');
  await tab.copy.flush();
  tab.type(' on');
  tab.copy.takeTogether();
  await tab.copy.flush();
  const later = new Tab(new Copies(ada, { factory: disk.factory }));
  const kept = await later.copy.load();
  later.take(kept);
  expect([later.text, kept?.changes, kept?.apart]).toEqual(['kept on', 2, null]);
});

test('[RT86] a copy that was swept away under an open tab is whole again with the next letter', async () => {
  const tab = await Tab.open();
  tab.type('all of it');
  tab.copy.durable(1);
  await tab.copy.flush();
  await new Copies(ada, { factory: disk.factory }).sweep();
  expect((await Tab.open()).text).toBe('');
  tab.type(', and more');
  await tab.copy.flush();
  expect((await Tab.open()).text).toBe('all of it, and more');
});

test('[RT86] after a sign-out no tab writes any more, and what was discarded is gone', async () => {
  const tab = await Tab.open();
  tab.type('secret');
  await tab.copy.flush();
  await new Copies(ada, { factory: disk.factory }).leave({ unsent: 'goes' });
  tab.type(' again');
  await tab.copy.flush();
  expect(tab.copy.trouble).toBe('wiped');
  expect((await Tab.open()).text).toBe('');
});

test('[RT85] what is discarded in one document leaves the others alone', async () => {
  const copies = new Copies(ada, { factory: disk.factory });
  const tab = await Tab.open(copies);
  const other = new Tab(copies, { kind: 'entry', id: 'e2' } as unknown as typeof entry);
  tab.type('refused');
  other.type('fine');
  await Promise.all([tab.copy.flush(), other.copy.flush()]);
  await tab.copy.discard();
  expect(await copies.unsent()).toMatchObject([{ id: 'e2', changes: 1 }]);
});
