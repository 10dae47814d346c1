import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { verifyFile } from '../src/storage/verify.ts';
import { startChild } from './child-engine.ts';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const NOBODY = 65_534;
const DOCUMENTS = 50;

/** Starts the database as somebody who is not above permissions; what it says, and its exit code. */
function startAsSomebody(file: string): Promise<{ code: unknown; said: string }> {
  const somebody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const args = [CLI, 'start', '--file', file, '--port', '0'];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { ...somebody, cwd: '/', timeout: 15_000 }, (error, stdout, stderr) =>
      resolve({ code: error?.code, said: stdout + stderr }),
    );
  });
}

it.each([
  ['the file', { lock: 0o666, folder: 0o777 }, /data\.db cannot be opened: .*permission denied/],
  [
    'the file, its lock and its folder',
    { lock: 0o444, folder: 0o555 },
    /data\.db cannot be locked: .*permission denied/,
  ],
])('where %s may be read and not written it says so, and loses nothing', async (_, mode, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-read-only-'));
  const file = join(folder, 'data.db');
  // Killed, so that what it acknowledged lies in the log beside the file and not in the file yet.
  const engine = await startChild(file);
  const client = new MongoClient(engine.url);
  const documents = Array.from({ length: DOCUMENTS }, (__, _id) => ({ _id }));
  await client.db('test').collection<{ _id: number }>('things').insertMany(documents);
  await client.close();
  await engine.kill();
  const files = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  const contents = (): string[] => files.map((name) => readFileSync(join(folder, name)).toString('latin1'));
  const before = contents();
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), name.endsWith('.lock') ? mode.lock : 0o444);
  chmodSync(folder, mode.folder);

  const { code, said } = await startAsSomebody(file);
  expect(said).toMatch(message);
  expect(code).toBe(1);

  chmodSync(folder, 0o700);
  expect(contents()).toEqual(before);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o600);
  expect(verifyFile(file)).toMatchObject({ documents: DOCUMENTS, problems: [] });
  rmSync(folder, { recursive: true });
});
