import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fill, keyEntriesIn, newer, older, opensAll } from '../../test/sealed-store.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';
import { keyRing } from '../platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../platform/keys/keys-in-use.mongo.ts';

const cobench = join(import.meta.dirname, '../cobench.ts');
/** More than a batch of each kind, so that there are lines between. */
const count = 250;
/** In the first kind, in the second, and between two entries of the audit trail. */
const killedWhen = [/(.*\n){1}/, /(.*\n){3}/, /audit trail: 200 written/];
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cobench-keys-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

async function onStore<T>(work: (connection: Parameters<typeof fill>[0]) => Promise<T>): Promise<T> {
  const { connection, close } = await openDatabase(readConfig({ DATA_DIR: dataDir }));
  try {
    return await work(connection);
  } finally {
    await close();
  }
}

/** Runs a command; kills it, as a power cut does, when it has said this. */
async function run(args: string[], killWhen?: RegExp): Promise<{ code: number | null; said: string }> {
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, MASTER_KEY: newer, MASTER_KEY_PREVIOUS: older };
  const child = spawn(process.execPath, [cobench, ...args], { env });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
    if (killWhen?.test(said)) child.kill('SIGKILL');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

test(
  'a rotation that is killed again and again ends with everything under the new key, and says that the old one may go',
  { timeout: 180_000 },
  async () => {
    await onStore((connection) => fill(connection, { count }));
    for (const killWhen of killedWhen) {
      expect(await run(['keys', 'rotate'], killWhen)).toMatchObject({ code: null });
      expect(await onStore((connection) => opensAll(connection, keyRing([newer, older])))).toBe(count * 6);
    }
    const { code, said } = await run(['keys', 'rotate']);
    expect([code, said]).toEqual([
      0,
      expect.stringContaining(`Master key ${keyRing([older]).current.name} is not needed any more`),
    ]);
    const [opened, inUse, entries] = await onStore((connection) =>
      Promise.all([
        opensAll(connection, keyRing([newer])),
        mongoKeysInUse(connection).list(),
        keyEntriesIn(connection),
      ]),
    );
    // One for each organisation and one for the installation, and all that was sealed is in them.
    expect([entries.length, new Set(entries.map(({ chain }) => chain)).size]).toEqual([count + 1, count + 1]);
    const counts = entries.flatMap(({ sealed }) => Object.values(sealed));
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(count * 6);
    expect(opened).toBe(count * 6);
    expect(inUse.map(({ name }) => name)).toEqual([keyRing([newer]).current.name]);
    expect(await run(['audit', 'verify'])).toMatchObject({ code: 0 });
    const listed = await run(['keys', 'list']);
    expect(listed).toMatchObject({ code: 0, said: expect.stringContaining('previous, not in use: nothing') });
  },
);

test('what is no command of keys or files is answered with how they are used', { timeout: 60_000 }, async () => {
  for (const args of [
    ['keys', 'rotate', 'now'],
    ['file', 'decrypt', 'in'],
  ]) {
    expect(await run(args)).toMatchObject({ code: 2, said: expect.stringContaining('cobench keys rotate') });
  }
});
