import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../platform/log.ts';
import { auditCheckpoints, chainsSigned, checkpointKey, readCheckpoints } from './checkpoint.ts';

const orgId = 'org-1';
const hour = 3_600_000;
let directory: string;
let now: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-checkpoints-'));
  now = Date.UTC(2026, 10, 21);
  stored = new Map();
});
afterEach(() => rm(directory, { recursive: true }));

/** What stands in the database: what was signed, unless somebody was at it. */
let stored: Map<number, string>;
const hashAt = async (_orgId: string, seq: number) => stored.get(seq) ?? `hash ${seq}`;
const start = () => auditCheckpoints({ directory, hashAt, clock: () => new Date(now), log: createLog('silent') });
const head = (seq: number) => ({ seq, hash: `hash ${seq}`, at: new Date(now) });
const read = async () => readCheckpoints(directory, { orgId, key: await checkpointKey(directory) });

test('the newest of a chain and one an hour are kept, signed, across starts', async () => {
  const checkpoints = await start();
  for (const seq of [1, 2, 3]) {
    checkpoints.grown(orgId, head(seq));
    await checkpoints.flush();
  }
  now += hour;
  const later = await start();
  later.grown(orgId, head(4));
  later.grown(orgId, head(5));
  await later.flush();
  expect((await read()).map(({ seq, hash }) => [seq, hash])).toEqual([
    [1, 'hash 1'],
    [5, 'hash 5'],
    [5, 'hash 5'],
  ]);
  expect(await later.of('another')).toEqual([]);
  expect(await chainsSigned(directory)).toEqual([orgId]);
  expect((await stat(join(directory, 'signing-key.pem'))).mode & 0o777).toBe(0o600);
  expect((await readdir(directory)).filter((name) => name.endsWith('.draft'))).toEqual([]);
});

test('nobody without the key can make or move one', async () => {
  const checkpoints = await start();
  checkpoints.grown(orgId, head(9));
  await checkpoints.flush();
  const path = join(directory, `${orgId}.json`);
  const genuine = await readFile(path, 'utf8');
  for (const [from, to] of [
    ['"seq":9', '"seq":8'],
    ['hash 9', 'hash 8'],
    ['2026', '2025'],
    ['}', ''],
  ] as const) {
    await writeFile(path, genuine.replace(from, to));
    await expect(read(), to).rejects.toThrow('is not what was signed');
  }
  // Genuine, but of another chain.
  await writeFile(join(directory, 'org-2.json'), genuine);
  const key = await checkpointKey(directory);
  await expect(readCheckpoints(directory, { orgId: 'org-2', key })).rejects.toThrow('is not what was signed');
});

test('a chain that grows is signed without being asked', async () => {
  const checkpoints = await start();
  checkpoints.grown(orgId, head(1));
  await expect.poll(() => chainsSigned(directory), { timeout: 5000 }).toEqual([orgId]);
});

test('a checkpoint that the chain does not agree with any more is not forgotten when the chain goes on', async () => {
  const checkpoints = await start();
  for (const seq of [80, 100]) {
    checkpoints.grown(orgId, head(seq));
    await checkpoints.flush();
  }
  // Somebody cuts 85 to 100 off or writes them anew, and the next action makes the chain grow again.
  stored.set(100, 'another');
  checkpoints.grown(orgId, head(85));
  await checkpoints.flush();
  checkpoints.grown(orgId, head(101));
  await checkpoints.flush();
  expect((await read()).map(({ seq }) => seq)).toEqual([80, 100, 101]);
});

test('of two processes that share the directory the newest checkpoint wins, whoever is later', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  one.grown(orgId, head(10));
  other.grown(orgId, head(9));
  await Promise.all([one.flush(), other.flush()]);
  other.grown(orgId, head(9));
  await other.flush();
  expect(Math.max(...(await read()).map(({ seq }) => seq))).toBe(10);
  one.grown(orgId, head(11));
  await one.flush();
  expect((await read()).at(-1)).toMatchObject({ seq: 11 });
});
