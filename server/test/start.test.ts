import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/database.ts';
import { openMasterKeys } from '../src/master-keys.ts';
import { systemClock } from '../src/platform/clock.ts';
import { freePort } from './harness.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts the server as a person would, with these settings and nothing else; resolves when it has given up. */
async function refusedStart(settings: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const environment = { PATH: String(process.env['PATH']), PORT: String(await freePort()), WEB: 'none', ...settings };
  const child = spawn(process.execPath, [main], { env: environment });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: said.trim() };
}

/** A data folder that does not exist yet. */
async function noFolderYet(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'cobench-start-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, 'data');
}

test.each([
  [{ PORT: 'http' }, 'Cobench did not start: PORT must be a port number.'],
  [{ MASTER_KEY: 'too short' }, 'Cobench did not start: MASTER_KEY must be 64 hexadecimal digits.'],
  [{ NODE_ENV: 'production' }, 'Cobench did not start: Production needs PUBLIC_URL, MASTER_KEY, SESSION_SECRET.'],
  [
    { MONGODB_URL: 'mongodb://127.0.0.1:1/none' },
    'Cobench did not start: MONGODB_URL does not answer within five seconds.',
  ],
])('with %o it says why in one sentence and writes nothing', async (settings, sentence) => {
  const dataDir = await noFolderYet();
  expect(await refusedStart({ DATA_DIR: dataDir, ...settings })).toEqual({ code: 1, said: sentence });
  expect(existsSync(dataDir)).toBe(false);
});

test.skipIf(process.platform !== 'linux')('it begins with a malloc and a V8 that give memory back', async () => {
  const telling = 'data:text/javascript,console.log([String(process.env.MALLOC_ARENA_MAX),...process.execArgv].join())';
  const { said } = await refusedStart({ PORT: 'http', NODE_OPTIONS: `--import ${telling}` });
  expect(said.split('\n')).toEqual([
    'undefined',
    '2,--max-semi-space-size=8',
    'Cobench did not start: PORT must be a port number.',
  ]);
});

test('a port that another program has is named, and nothing is written', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const dataDir = await noFolderYet();
  const { code, said } = await refusedStart({ DATA_DIR: dataDir, PORT: String(port) });
  expect([code, said]).toEqual([
    1,
    `Cobench did not start: PORT ${port} on 127.0.0.1 cannot be used: another program has it.`,
  ]);
  expect(existsSync(dataDir)).toBe(false);
});

test('a data folder that another process has open is left alone', async () => {
  const dataDir = await noFolderYet();
  const engine = await startEmbeddedMongo({ file: join(dataDir, 'cobench.db'), port: 0 });
  onTestFinished(() => engine.close());
  const { code, said } = await refusedStart({ DATA_DIR: dataDir });
  expect(code).toBe(1);
  expect(said).toMatch(/^Cobench did not start: DATA_DIR cannot be used\. .*in use/);
});

test.skipIf(process.platform === 'win32')(
  'nobody but this account reaches the store of a laboratory without a database',
  async () => {
    for (const name of ['data', `${'long-'.repeat(24)}data`]) {
      const dataDir = join(await noFolderYet(), name);
      const { connection, close } = await openDatabase(readConfig({ DATA_DIR: dataDir, NODE_ENV: 'test' }));
      const [socket = ''] = connection.getClient().options.hosts.map(({ socketPath }) => socketPath);
      expect((await stat(socket)).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(socket))).mode & 0o077).toBe(0);
      await close();
    }
  },
);

const firstKey = '0123456789abcdef'.repeat(4);
const secondKey = 'fedcba9876543210'.repeat(4);

test.each([
  ['development', {}],
  [
    'production',
    { NODE_ENV: 'production', PUBLIC_URL: 'https://lab.example', SESSION_SECRET: 'b7Qn1sT0xV4mK9pR2wY6zC8dF3gH5jL0' },
  ],
])('in %s a store that was sealed under another master key is not opened', async (_mode, settings) => {
  const DATA_DIR = await noFolderYet();
  const started = async (keys: Record<string, string>) => {
    const config = readConfig({ DATA_DIR, WEB: 'none', LOG_LEVEL: 'silent', ...settings, ...keys });
    const { connection, close } = await openDatabase(config);
    try {
      return (await openMasterKeys(config, { connection, clock: systemClock })).current.name;
    } finally {
      await close();
    }
  };
  const name = await started({ MASTER_KEY: firstKey });

  const { code, said } = await refusedStart({ DATA_DIR, ...settings, MASTER_KEY: secondKey });
  expect([code, said]).toEqual([
    1,
    `Cobench did not start: The store holds what was sealed under master key ${name}, which is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS.`,
  ]);
  // Nothing of the second key was noted: the first alone still opens the store, and both together do.
  expect(await started({ MASTER_KEY: firstKey })).toBe(name);
  const second = await started({ MASTER_KEY: secondKey, MASTER_KEY_PREVIOUS: firstKey });
  await expect(started({ MASTER_KEY: firstKey })).rejects.toThrow(`master key ${second}`);
});
