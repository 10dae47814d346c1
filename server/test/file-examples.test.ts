import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { DataFile } from '@cobench/shared/files/file';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from './call.ts';
import { contentOf, sha256Of } from './file-house.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { laboratory } from './laboratory.ts';

let app: TestApp;
let directory: string;
let examples: Map<string, string>;
beforeAll(async () => {
  [app, directory] = await Promise.all([startTestApp(), mkdtemp(join(tmpdir(), 'cobench-file-examples-'))]);
  const guide = await readFile(new URL('../../docs/files.md', import.meta.url), 'utf8');
  const blocks = guide.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm);
  examples = new Map(Array.from(blocks, ([, shell, code]) => [String(shell), String(code)]));
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

/** Runs the example of the guide with a token of the technician; answers what it said. @throws where it fails */
async function run(shell: 'sh' | 'bash', projectId: string): Promise<string> {
  const technician = await app.as('technician@acme.test');
  const name = `Example ${crypto.randomUUID()}`;
  const { secret } = await call(technician, identityEndpoints.createToken, { name, scopes: ['read', 'write'] });
  const code = String(examples.get(shell))
    .replaceAll('http://localhost:8080', app.origin)
    .replaceAll('PROJECT', projectId);
  const child = spawn(shell, ['-e', '-c', code], { cwd: directory, env: { ...process.env, COBENCH_TOKEN: secret } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0 ? resolve(said) : reject(new Error(`It ended with ${status}: ${said}`)),
    );
  });
}

test('the form of the guide sends a file to its folder, with its tags', async () => {
  const { id: projectId } = await laboratory(app).aProject();
  const file = DataFile.parse(JSON.parse(await run('sh', projectId)));
  expect(file).toMatchObject({ projectId, name: 'run-7.csv', folder: 'pressure/2026', tags: ['raw', 'pressure'] });
  expect(file.latest).toMatchObject({ mediaType: 'text/csv', kind: 'table' });
  const sent = await readFile(join(directory, 'run-7.csv'));
  expect((await contentOf(await app.as('technician@acme.test'), file.id)).equals(sent)).toBe(true);
});

test('tus by hand, as the guide does it, ends in the file that the last answer names', async () => {
  const { id: projectId } = await laboratory(app).aProject();
  const id = /cobench-file-id: (\S+)/i.exec(await run('bash', projectId))?.[1] ?? '';
  const file = await call(await app.as('technician@acme.test'), fileEndpoints.get, { id });
  const sent = await readFile(join(directory, 'scan.raw'));
  expect(file).toMatchObject({ name: 'scan.raw', latest: { size: sent.length, sha256: sha256Of(sent) } });
});
