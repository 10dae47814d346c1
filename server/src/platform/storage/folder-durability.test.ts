import type * as FileSystem from 'node:fs/promises';
import { mkdtemp, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { folderStore } from './folder-store.ts';

/** What the file system is asked for, in its order, when it has been done. */
const done = vi.hoisted(() => ({ calls: [] as string[], directory: '' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const told = new Set<PropertyKey>(['write', 'writeFile', 'sync', 'datasync']);
  const listened = (file: FileHandle, path: string): FileHandle =>
    new Proxy(file, {
      get(_, name) {
        const member: unknown = Reflect.get(file, name);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          const result: unknown = await Reflect.apply(member, file, given);
          if (told.has(name)) done.calls.push(`${String(name)} ${named(path)}`);
          return result;
        };
      },
    });
  return {
    ...real,
    open: async (...given: Parameters<typeof real.open>) => listened(await real.open(...given), String(given[0])),
    rename: async (from: string, to: string) => {
      await real.rename(from, to);
      done.calls.push(`rename ${named(from)} ${named(to)}`);
    },
    unlink: async (path: string) => {
      await real.unlink(path);
      done.calls.push(`unlink ${named(path)}`);
    },
  };
});
/** Below the store; parts have names of their own. */
const named = (path: string): string => relative(done.directory, path).replace(/\.partial\/.+/, '.partial/*') || '.';

beforeEach(async () => {
  done.directory = join(await mkdtemp(join(tmpdir(), 'cobench-durable-')), 'files');
});
afterEach(() => rm(join(done.directory, '..'), { recursive: true }));

/** A store that has its folders, and what it asks for from now on. */
async function aStore() {
  const store = folderStore(done.directory);
  await store.put('sandbox/p/u/other.enc', Buffer.from('other'));
  done.calls = [];
  return store;
}

test('an object is on the disk before it has its name, and its name before it is told', async () => {
  const store = await aStore();
  await store.put('sandbox/p/u/a.enc', Buffer.from('a'));
  expect(done.calls).toEqual([
    'writeFile .partial/*',
    'sync .partial/*',
    'rename .partial/* sandbox/p/u/a.enc',
    'sync sandbox/p/u',
  ]);
});

test('the names of folders that are made are on the disk before anything is in them', async () => {
  const store = folderStore(done.directory);
  done.calls = [];
  await store.put('sandbox/p/u/a.enc', Buffer.from('a'));
  const file = ['writeFile .partial/*', 'sync .partial/*'];
  expect(done.calls.filter((call) => !file.includes(call))).toEqual([
    'sync .',
    'sync ..',
    'sync sandbox/p',
    'sync sandbox',
    'sync .',
    'rename .partial/* sandbox/p/u/a.enc',
    'sync sandbox/p/u',
  ]);
});

test('each part is on the disk before it has its receipt, and the whole before it has its name', async () => {
  const store = await aStore();
  const upload = await store.startParts('sandbox/p/u/a.enc');
  expect(done.calls).toEqual(['sync .partial']);
  done.calls = [];
  const receipt = await store.putPart(upload, { index: 0, offset: 0, bytes: Buffer.from('a') });
  expect(done.calls).toEqual(['write .partial/*', 'datasync .partial/*']);
  done.calls = [];
  await store.completeParts(upload, [receipt]);
  expect(done.calls).toEqual(['sync .partial/*', 'rename .partial/* sandbox/p/u/a.enc', 'sync sandbox/p/u']);
  done.calls = [];
  // As after a process that died behind the rename.
  await store.completeParts(upload, [receipt]);
  expect(done.calls).toEqual(['sync sandbox/p/u']);
});

test('what is removed does not come back', async () => {
  const store = await aStore();
  await store.remove('sandbox/p/u/other.enc');
  expect(done.calls).toEqual(['unlink sandbox/p/u/other.enc', 'sync sandbox/p/u']);
});
