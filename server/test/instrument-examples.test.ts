import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { ingestExamples } from '@cobench/shared/ingest/examples';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call } from './call.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { laboratory } from './laboratory.ts';

const root = join(import.meta.dirname, '../..');
const [origin, runId] = ['http://localhost:8080', 'RUN'];
let app: TestApp;
let key: string;
let blocks: Map<string, string>;
beforeAll(async () => {
  app = await startTestApp();
  key = (await call(await app.as('admin@acme.test'), identityEndpoints.createApiKey, { name: 'Example' })).secret;
  const text = await readFile(join(root, 'docs/instruments.md'), 'utf8');
  blocks = new Map(
    [...text.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].map(([, language, code]) => [String(language), String(code)]),
  );
});
afterAll(() => app.close());

/** The example of the page, for a run of this test. */
const example = (language: string, id: string): string => {
  const text = blocks.get(language);
  if (text === undefined) throw new Error(`docs/instruments.md has no example in ${language}.`);
  return text.replaceAll(origin, app.origin).replaceAll(runId, id);
};

/** Runs a program with the key in its environment; answers what it printed. @throws where it fails, or is not here. */
function run([program, ...parameters]: [string, ...string[]]): Promise<string> {
  const child = spawn(program, parameters, { env: { ...process.env, COBENCH_KEY: key }, cwd: root });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`${program} is not on this machine: docs/instruments.md cannot be tried.`, { cause })),
    );
    child.once('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`It ended with ${code}: ${said}`))));
  });
}

async function aFile(name: string, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-example-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

const runOf = async (id: string) => call(await app.as('viewer@acme.test'), runEndpoints.get, { id });
const valuesOf = async (id: string): Promise<number[]> => {
  const { items } = await call(await app.as('viewer@acme.test'), runEndpoints.events, { id, after: 0, limit: 1000 });
  return items.flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
};

test('the page of the documentation shows what the page of a run shows', () => {
  const { curl, python, node } = ingestExamples({ origin, runId });
  expect(Object.fromEntries(blocks)).toEqual({ sh: curl, python, js: node });
});

test('the example with curl works as it stands there', async () => {
  const { id } = await laboratory(app).aRunningRun();
  const said = await run(['sh', '-c', example('sh', id)]);
  expect(said).toContain('"stored":3');
  expect(await runOf(id)).toMatchObject({ state: 'running', progress: 0.25, lastSeq: 4 });
});

test('the example with Python works as it stands there', async () => {
  const { id } = await laboratory(app).aRun();
  await run(['python3', await aFile('tool.py', example('python', id))]);
  expect(await runOf(id)).toMatchObject({
    state: 'completed',
    progress: 1,
    steps: [{ name: 'Etch', state: 'finished' }],
  });
  expect(await valuesOf(id)).toEqual(Array.from({ length: 10 }, (_, i) => expect.closeTo(12 + i / 10)));
});

test('the example with Python says why it is refused, and ends', async () => {
  const { id } = await laboratory(app).aRun();
  await call(await app.as('technician@acme.test'), runEndpoints.cancel, { id });
  const tool = await aFile('tool.py', example('python', id));
  await expect(run(['python3', tool])).rejects.toThrow('The run is cancelled, which is final.');
});

test('the example with the client works as it stands there', async () => {
  const { id } = await laboratory(app).aRun();
  const folder = pathToFileURL(`${root}/`).href;
  const tool = await aFile('tool.mjs', example('js', id).replace("from './", `from '${folder}`));
  await run([process.execPath, tool]);
  expect(await runOf(id)).toMatchObject({ state: 'completed', results: [{ name: 'Leakage' }] });
  expect(await valuesOf(id)).toHaveLength(998);
});
