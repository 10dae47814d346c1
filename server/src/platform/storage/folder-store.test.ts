import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { all, objectStoreContract } from '../../../test/storage/object-store.contract.ts';
import { folderStore } from './folder-store.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-store-'));
});
afterAll(() => rm(directory, { recursive: true }));

objectStoreContract('a folder', async () => folderStore(join(directory, 'contract')));

test('only this account may read what it keeps', async () => {
  const root = join(directory, 'modes');
  const store = folderStore(root);
  await store.put('sandbox/p/u/a.enc', Buffer.from('a'));
  await store.startParts('sandbox/p/u/b.enc');
  const modes = async (path: string): Promise<string> => ((await stat(join(root, path))).mode & 0o777).toString(8);
  const [open] = await readdir(join(root, '.partial'));
  expect(await Promise.all(['', 'sandbox', 'sandbox/p/u', '.partial'].map(modes))).toEqual(Array(4).fill('700'));
  expect(await Promise.all(['sandbox/p/u/a.enc', `.partial/${open}`].map(modes))).toEqual(['600', '600']);
});

test('what a killed process left half put is told as open parts, and foreign files are not', async () => {
  const root = join(directory, 'left');
  const store = folderStore(root);
  const { token, key } = await store.startParts('sandbox/p/u/half.enc');
  await writeFile(join(root, '.partial', 'notes.txt'), 'not ours');
  expect(await all(folderStore(root).openParts(new Date(Date.now() + 1000)))).toEqual([{ token, key }]);
  expect(await all(store.list(''))).toEqual([]);
});

test('a folder that is not there yet is empty', async () => {
  const store = folderStore(join(directory, 'none'));
  expect(await all(store.list(''))).toEqual([]);
  expect(await all(store.openParts(new Date()))).toEqual([]);
  expect(await store.sizeOf('a.enc')).toBeNull();
  await store.remove('a/b.enc');
});

test('lists in the order of whole keys, as S3 does', async () => {
  const store = folderStore(join(directory, 'order'));
  const keys = ['b/1.enc', 'b.enc', 'b-1/1.enc', 'B.enc', 'b0/1.enc'];
  for (const key of keys) await store.put(key, Buffer.from(key));
  const listed = await all(store.list(''));
  expect(listed.map(({ key }) => key)).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

test('what cannot get its name is refused, and nothing half stays', async () => {
  const root = join(directory, 'taken');
  const store = folderStore(root);
  await store.put('sandbox/p/u/a.enc', Buffer.from('a'));
  await expect(store.put('sandbox/p/u', Buffer.from('b'))).rejects.toThrow(/sandbox/);
  expect(await readdir(join(root, '.partial'))).toEqual([]);
  expect(await all(store.list(''))).toHaveLength(1);
});

test('gives no links', async () => {
  expect(await folderStore(directory).linkTo('a.enc', 60)).toBeNull();
});

test('a token of ours cannot lead out of the folder', async () => {
  const store = folderStore(join(directory, 'tokens'));
  await expect(store.abandonParts({ key: 'a.enc', token: '../../etc' })).rejects.toThrow(/is no token/);
});
