import { request } from 'node:http';
import { closeCode } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Agent } from './agent.ts';
import { closing, until } from './collab/collab-house.ts';
import { entryTab } from './collab/entry-tab.ts';
import { PollingTab } from './collab/polling-tab.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { openLive } from './live-client.ts';
import { laboratory } from './laboratory.ts';

let app: TestApp;
let guarded: TestApp;
const token = 'mF8q2Lw7Zx4Rt9Vb';
beforeAll(async () => {
  [app, guarded] = await Promise.all([startTestApp(), startTestApp({ config: { metricsToken: token } })]);
});
afterAll(() => Promise.all([app.close(), guarded.close()]));

type Answer = { status: number; body: string };

/** Asks for the metrics with exactly these headers. */
function ask({ origin }: TestApp, headers: Record<string, string> = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asking = request(new URL('/metrics', origin), { headers }, (answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
  });
  asking.on('error', reject);
  asking.end();
  return promise;
}

/** The value of a metric, its labels included in the name. */
const metric = async (name: string): Promise<number> => valueIn((await ask(app)).body, name);

function valueIn(body: string, name: string): number {
  const line = body.split('\n').find((one) => one.startsWith(`${name} `));
  if (!line) throw new Error(`There is no metric ${name}.`);
  return Number(line.slice(name.length + 1));
}

async function anEntryOf(person: Agent): Promise<string> {
  const { id: projectId } = await laboratory(app).aProject();
  const created = await person.post('/api/v1/entries', { projectId, title: 'x' });
  return ((await created.json()) as { id: string }).id;
}

test('without a token a program on this machine reads the metrics, and nobody else', async () => {
  expect(await ask(app)).toMatchObject({
    status: 200,
    body: expect.stringContaining('cobench_collab_rooms ') as string,
  });
  const strangers: Record<string, string>[] = [
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
    { via: '1.1 proxy' },
    { host: 'rebound.evil.example' },
    { 'x-forwarded-for': '127.0.0.1', authorization: 'Bearer guess' },
  ];
  for (const headers of strangers) {
    const { status, body } = await ask(app, headers);
    expect([status, body.includes('cobench_')], JSON.stringify(headers)).toEqual([404, false]);
  }
});

test('with a token whoever shows it reads them, through a proxy too, and nobody else', async () => {
  const bearer = { authorization: `Bearer ${token}` };
  expect((await ask(guarded, bearer)).status).toBe(200);
  expect((await ask(guarded, { ...bearer, 'x-forwarded-for': '203.0.113.9', host: 'lab.example' })).status).toBe(200);
  const strangers: Record<string, string>[] = [{}, { authorization: `Bearer ${token}x` }, { authorization: token }];
  for (const headers of strangers) {
    const { status, body } = await ask(guarded, headers);
    expect([status, body.includes('cobench_')]).toEqual([404, false]);
  }
});

test('sockets of both transports, rooms, cursors, flushes and records are counted', async () => {
  const engineer = await app.as('engineer@acme.test');
  const id = await anEntryOf(engineer);
  const written = await metric('cobench_collab_log_records_written_total');
  const bytes = await metric('cobench_collab_log_bytes_written_total');
  const flushes = await metric('cobench_collab_flush_seconds_count');
  const tab = await entryTab(engineer, id);
  const polling = new PollingTab(app.origin, { kind: 'entry', id }, { headers: { cookie: engineer.cookie('/') } });
  await until(() => polling.editor.heard.some(({ type }) => type === 'step2'));
  expect(await metric('cobench_collab_sockets{transport="ws"}')).toBe(1);
  expect(await metric('cobench_collab_sockets{transport="http"}')).toBe(1);
  expect(await metric('cobench_collab_rooms')).toBe(1);

  polling.editor.insert(0, 'x');
  await until(() => polling.editor.saved > 0);
  expect(await metric('cobench_collab_log_records_written_total')).toBe(written + 1);
  expect(await metric('cobench_collab_log_bytes_written_total')).toBeGreaterThan(bytes);
  expect(await metric('cobench_collab_flush_seconds_count')).toBe(flushes + 1);
  // About how many: an engine may estimate it from statistics that are older than the last record.
  const records = app.connection.collection('document_records');
  const away = async () => (await metric('cobench_collab_log_records')) - (await records.estimatedDocumentCount());
  await expect.poll(away).toBe(0);

  const pointed = await metric('cobench_collab_awareness_total');
  polling.editor.point({ cursor: 1 });
  await until(() => tab.awareness.getStates().has(polling.editor.doc.clientID));
  expect(await metric('cobench_collab_awareness_total')).toBe(pointed + 1);

  polling.close();
  tab.destroy();
  await expect.poll(() => metric('cobench_collab_sockets{transport="ws"}')).toBe(0);
  await expect.poll(() => metric('cobench_collab_sockets{transport="http"}')).toBe(0);
  await expect.poll(() => metric('cobench_collab_rooms')).toBe(0);
});

test('live connections are counted, and those that are behind', async () => {
  const live = await openLive(await app.as('viewer@acme.test'));
  expect(await metric('cobench_live_connections')).toBe(1);
  expect([await metric('cobench_live_behind'), await metric('cobench_live_waiting_characters')]).toEqual([0, 0]);
  live.close();
  await expect.poll(() => metric('cobench_live_connections')).toBe(0);
});

test('who is refused is counted by close code: for an update, and at the door', async () => {
  const engineer = await app.as('engineer@acme.test');
  const url = `${app.origin.replace('http', 'ws')}/collab/entry/${await anEntryOf(engineer)}`;
  const rude = new WebSocket(url, { headers: { cookie: engineer.cookie('/') } });
  rude.once('message', () => rude.send(Uint8Array.of(0, 2, 50)));
  expect(await closing(rude)).toBe(closeCode.malformed);
  expect(await closing(new WebSocket(url))).toBe(closeCode.signedOut);
  expect(await metric(`cobench_collab_refused_total{code="${closeCode.malformed}"}`)).toBe(1);
  expect(await metric(`cobench_collab_refused_total{code="${closeCode.signedOut}"}`)).toBe(1);
});

test('half of the time the event loop of a server that does nothing is hardly late', async () => {
  const lags = async () => {
    const { body } = await ask(app);
    return {
      p50: valueIn(body, 'nodejs_eventloop_lag_p50_seconds'),
      max: valueIn(body, 'nodejs_eventloop_lag_max_seconds'),
    };
  };
  await expect
    .poll(async () => {
      const { p50, max } = await lags();
      // Where even the latest is nothing, it was not looked at since it was last read.
      return max > 0 ? p50 : NaN;
    })
    .toBeLessThan(0.005);
});

test('what the process costs is told under the usual names, and so is what waits for its threads', async () => {
  expect(await metric('process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(await metric('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(await metric('nodejs_heap_size_used_bytes')).toBeGreaterThan(1_000_000);
  // The lists may still be following what the tests before this typed.
  await expect.poll(() => metric('cobench_worker_waiting{worker="documents"}')).toBe(0);
  await expect.poll(() => metric('cobench_worker_waiting{worker="history"}')).toBe(0);
});
