import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderStore } from '../../src/platform/storage/folder-store.ts';
import { StoreUnavailable, type ObjectStore } from '../../src/platform/storage/object-store.ts';
import { failing } from './failing.ts';
import { all, objectStoreContract } from './object-store.contract.ts';

let directory: string;
let within: ObjectStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-failing-'));
  within = folderStore(directory);
});
afterAll(() => rm(directory, { recursive: true }));

objectStoreContract('one that could fail and does not', async () => failing(folderStore(join(directory, 'contract'))));

const away = new StoreUnavailable('away');

test('fails at the call that is named, before anything is done, and not at others', async () => {
  const store = failing(within, { call: 'put', nth: 2, error: away });
  await store.put('a.enc', Buffer.from('a'));
  await expect(store.put('b.enc', Buffer.from('b'))).rejects.toBe(away);
  await store.put('c.enc', Buffer.from('c'));
  expect(await Promise.all(['a.enc', 'b.enc', 'c.enc'].map(store.sizeOf))).toEqual([1, null, 1]);
  expect(store.calls.filter((call) => call === 'put')).toHaveLength(3);
});

test('fails after the work is done, as where an answer is lost, and from then on', async () => {
  const store = failing(within, {
    call: 'remove',
    when: 'after',
    andAfter: true,
    error: () => new StoreUnavailable('lost'),
  });
  await expect(store.remove('a.enc')).rejects.toThrow('lost');
  expect(await store.sizeOf('a.enc')).toBeNull();
  await expect(store.remove('c.enc')).rejects.toThrow('lost');
});

test('a list fails where it begins', async () => {
  const store = failing(within, { call: 'list', error: away });
  await expect(all(store.list(''))).rejects.toBe(away);
});
