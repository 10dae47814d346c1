import { beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { FakeDisk } from '../../../test/fake-disk.ts';
import { Copies } from './copies.ts';

let disk: FakeDisk;
beforeEach(() => {
  disk = new FakeDisk();
});
const copiesOf = (personId: string, organisationId = 'acme', now = () => 0) =>
  new Copies({ personId, organisationId }, { factory: disk.factory, now });

/** Keeps one document with so many changes, of which the server has some. */
async function keep(copies: Copies, id: string, { changes, durable = 0 }: { changes: number; durable?: number }) {
  const doc = new Y.Doc();
  const source = { state: () => Y.encodeStateAsUpdate(doc), name: () => `Entry ${id}` };
  const copy = copies.of({ kind: 'entry', id }, source);
  doc.on('update', (update: Uint8Array) => copy.keepChange(update, { made: doc.getText('body').length, sent: false }));
  for (let change = 0; change < changes; change++) doc.getText('body').insert(0, 'x');
  copy.durable(durable);
  await copy.flush();
}
const textOf = async (copies: Copies, id: string) => {
  const doc = new Y.Doc();
  const kept = await copies.of({ kind: 'entry', id }, { state: () => new Uint8Array(), name: () => '' }).load();
  for (const update of kept?.updates ?? []) Y.applyUpdate(doc, update);
  return doc.getText('body').toJSON();
};

test('[RT83] documents with unsent changes are listed by name, each with how many', async () => {
  const copies = copiesOf('ada');
  await keep(copies, '2', { changes: 3, durable: 1 });
  await keep(copies, '1', { changes: 1 });
  await keep(copies, '3', { changes: 2, durable: 2 });
  expect(await copies.unsent()).toEqual([
    { kind: 'entry', id: '1', name: 'Entry 1', changes: 1, apart: 0 },
    { kind: 'entry', id: '2', name: 'Entry 2', changes: 2, apart: 0 },
  ]);
});

test('[RT86] another person, and another organisation, sees none of it', async () => {
  await keep(copiesOf('ada'), '1', { changes: 1 });
  for (const others of [copiesOf('ben'), copiesOf('ada', 'borealis')]) {
    expect([await others.unsent(), await textOf(others, '1')]).toEqual([[], '']);
  }
});

test('[RT86] sweeping removes what the server has, and what was not opened for long, but nothing unsent', async () => {
  let time = 0;
  const copies = copiesOf('ada', 'acme', () => time);
  await keep(copies, 'old', { changes: 1, durable: 1 });
  await keep(copies, 'unsent', { changes: 1 });
  time = 100;
  await keep(copies, 'new', { changes: 1, durable: 1 });
  await copies.sweep({ unopenedFor: 50 });
  expect([await textOf(copies, 'old'), await textOf(copies, 'unsent'), await textOf(copies, 'new')]).toEqual([
    '',
    'x',
    'x',
  ]);
  await copies.sweep();
  expect([await textOf(copies, 'unsent'), await textOf(copies, 'new')]).toEqual(['x', '']);
});

test('[RT86] whoever leaves takes everything along, or leaves behind only what is unsent', async () => {
  const copies = copiesOf('ada');
  await keep(copies, 'sent', { changes: 1, durable: 1 });
  await keep(copies, 'unsent', { changes: 1 });
  await copies.rememberPage({ kind: 'entry', id: 'sent' }, { title: 'Sent' });
  await copies.leave({ unsent: 'stays' });
  const later = copiesOf('ada');
  expect([await textOf(later, 'sent'), await textOf(later, 'unsent')]).toEqual(['', 'x']);
  expect(await later.pageOf({ kind: 'entry', id: 'sent' })).toBe(undefined);
  await later.leave({ unsent: 'goes' });
  expect(await copiesOf('ada').unsent()).toEqual([]);
});

test('what a page showed is forgotten, unless changes are found by it', async () => {
  const copies = copiesOf('ada');
  await keep(copies, 'sent', { changes: 1, durable: 1 });
  await keep(copies, 'unsent', { changes: 1 });
  for (const id of ['sent', 'unsent']) {
    await copies.rememberPage({ kind: 'entry', id }, { title: id });
    await copies.forgetPage({ kind: 'entry', id });
  }
  expect(await copies.pageOf({ kind: 'entry', id: 'sent' })).toBe(undefined);
  expect(await copies.pageOf({ kind: 'entry', id: 'unsent' })).toEqual({ title: 'unsent' });
});

test('what a page showed is remembered', async () => {
  const copies = copiesOf('ada');
  await copies.rememberPage({ kind: 'run', id: '1' }, { name: 'B-07' });
  expect(await copies.pageOf({ kind: 'run', id: '1' })).toEqual({ name: 'B-07' });
  expect(await copies.pageOf({ kind: 'run', id: '2' })).toBe(undefined);
});
