import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptSessionSecret } from './session-secret.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cobench-secret-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('the secret is made once, for its owner only, in a folder that need not exist', async () => {
  const dataDir = join(directory, 'data');
  const secret = await keptSessionSecret(dataDir);
  expect(secret.length).toBeGreaterThanOrEqual(64);
  expect(await keptSessionSecret(dataDir)).toBe(secret);
  expect((await stat(join(dataDir, 'session-secret'))).mode & 0o777).toBe(0o600);
});

test('all who start at once get the same, and no draft is left', async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, () => keptSessionSecret(directory)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(directory)).toEqual(['session-secret']);
});

test('an empty file is no secret', async () => {
  await writeFile(join(directory, 'session-secret'), '');
  await expect(keptSessionSecret(directory)).rejects.toThrow('holds no session secret');
});
