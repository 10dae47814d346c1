import { once } from 'node:events';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { ingestClose, type IngestAnswer } from '@cobench/shared/ingest/socket-protocol';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { accounts } from '../../../test/accounts.ts';
import { call } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId } from '../../../test/laboratory.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let key: string;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  key = await aKey();
});
afterAll(() => app.close());

async function aKey(): Promise<string> {
  const admin = await app.as('admin@acme.test');
  return (await call(admin, identityEndpoints.createApiKey, { name: 'Tool' })).secret;
}

const history = async (id: string) =>
  (await call(await app.as('viewer@acme.test'), runEndpoints.events, { id, limit: 1000 })).items;

/** An instrument's socket: what it is answered, in the order it came. */
class Tool {
  readonly socket: WebSocket;
  readonly answers: IngestAnswer[] = [];
  readonly closed: Promise<[number, string]>;

  constructor(headers: Record<string, string>, origin = app.origin) {
    this.socket = new WebSocket(`${origin.replace('http', 'ws')}/ingest`, { headers });
    this.socket.on('message', (data: Buffer) => this.answers.push(JSON.parse(data.toString()) as IngestAnswer));
    this.closed = once(this.socket, 'close').then(([code, reason]) => [Number(code), String(reason)]);
    onTestFinished(() => this.socket.terminate());
  }
  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  async answer(message: unknown): Promise<IngestAnswer> {
    const before = this.answers.length;
    this.send(message);
    await vi.waitUntil(() => this.answers.length > before, { timeout: 10_000, interval: 5 });
    return this.answers[before]!;
  }
}
const aTool = (secret = key) => new Tool({ authorization: `Bearer ${secret}` }).open();

test('[IN10] a batch over the websocket is stored and answered as over HTTP, and is the same batch there', async () => {
  const { id } = await lab.aRunningRun();
  const tool = await aTool();
  const batch = { batch: 'one', events: measured([1, 2]) };
  const answer = await tool.answer({ id, ...batch });
  expect(answer).toMatchObject({ id, batch: 'one', receipt: { lastSeq: 3, stored: 2, duplicate: false } });
  const machine = { headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } };
  const again = await fetch(`${app.origin}/api/v1/runs/${id}/events`, {
    ...machine,
    method: 'POST',
    body: JSON.stringify(batch),
  });
  expect(await again.json()).toMatchObject({ lastSeq: 3, stored: 2, duplicate: true });
  expect(await history(id)).toHaveLength(3);
});

test.each([
  ['no JSON', '{"id":', null, 'input.malformed', 400],
  ['a list', '[1]', null, 'input.invalid', 400],
  ['nesting without end', '['.repeat(5000), null, 'input.malformed', 400],
  ['an unknown field', { id: nobodysId, batch: 'b', events: [], run: 1 }, 'b', 'input.invalid', 400],
  ['no measurement', { id: nobodysId, batch: 'b', events: [{ kind: 'metric' }] }, 'b', 'input.invalid', 400],
  ['a run that does not exist', { id: nobodysId, batch: 'b', events: [] }, 'b', 'resource.missing', 404],
] as const)(
  '[IN10] %s is answered with the problem, and the socket lives',
  async (_what, message, batch, type, status) => {
    const tool = await aTool();
    const answer = await tool.answer(message);
    expect(answer).toMatchObject({
      batch,
      problem: { type, status, instance: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const { id } = await lab.aRunningRun();
    expect(await tool.answer({ id, batch: 'next', events: [] })).toMatchObject({
      batch: 'next',
      receipt: { stored: 0 },
    });
  },
);

test('[IN10] runs of other organisations and runs that have ended are refused like over HTTP', async () => {
  const theirs = await laboratory(app, 'borealis.test').aRunningRun();
  const ended = await lab.aRun();
  await call(await app.as('technician@acme.test'), runEndpoints.cancel, { id: ended.id });
  const tool = await aTool();
  expect(await tool.answer({ id: theirs.id, batch: 'b', events: [] })).toMatchObject({ problem: { status: 404 } });
  expect(await tool.answer({ id: ended.id, batch: 'b', events: [] })).toMatchObject({ problem: { status: 409 } });
});

test('[IN11] whoever shows no key is told so by the close code', async () => {
  const cookie = (await app.as('admin@acme.test')).cookie('/ingest');
  const shown: Record<string, string>[] = [
    {},
    { authorization: 'Bearer cb_unknown' },
    { authorization: 'Basic x' },
    { cookie },
  ];
  for (const headers of shown) {
    const tool = new Tool(headers);
    expect((await tool.closed)[0]).toBe(ingestClose.keyOver);
  }
});

test('[IN11] a key that may not send data of runs is told so', async () => {
  const { agent } = await accounts(app).anAccount();
  const token = await call(agent, identityEndpoints.createToken, { name: 'Reader', scopes: ['read'] });
  const tool = new Tool({ authorization: `Bearer ${token.secret}` });
  expect((await tool.closed)[0]).toBe(ingestClose.notAllowed);
});

test('[IN11] when a key is revoked its sockets are closed within two seconds, and no other', async () => {
  const admin = await app.as('admin@acme.test');
  const { secret, id } = await call(admin, identityEndpoints.createApiKey, { name: 'Lost tool' });
  const [lost, other] = await Promise.all([aTool(secret), aTool()]);
  const run = await lab.aRunningRun();
  expect(await lost.answer({ id: run.id, batch: 'b', events: [] })).toMatchObject({ receipt: { stored: 0 } });
  await call(admin, identityEndpoints.revokeApiKey, { id });
  const revokedAt = performance.now();
  expect((await lost.closed)[0]).toBe(ingestClose.keyOver);
  // One second until it is asked again, and what a busy machine takes; key-holder.test.ts has the two seconds.
  expect(performance.now() - revokedAt).toBeLessThan(4000);
  expect(other.socket.readyState).toBe(WebSocket.OPEN);
});

test('[IN12] a key has a hundred sockets open and no more', async () => {
  const secret = await aKey();
  const tools = await Promise.all(Array.from({ length: 100 }, () => aTool(secret)));
  const oneMore = new Tool({ authorization: `Bearer ${secret}` });
  expect((await oneMore.closed)[0]).toBe(ingestClose.tooMany);
  expect(tools.every(({ socket }) => socket.readyState === WebSocket.OPEN)).toBe(true);
});

test('[IN12] a message that is too large closes that socket only', async () => {
  const [loud, quiet] = await Promise.all([aTool(), aTool()]);
  loud.send('x'.repeat(1_048_577));
  expect((await loud.closed)[0]).toBe(ingestClose.tooBig);
  expect(quiet.socket.readyState).toBe(WebSocket.OPEN);
});

test('[IN10] forty batches thrown at it at once are all answered, each by its name', async () => {
  const { id } = await lab.aRunningRun();
  const tool = await aTool();
  const names = Array.from({ length: 40 }, (_, i) => `b${i}`);
  for (const batch of names) tool.send({ id, batch, events: measured([1, 2, 3]) });
  await expect.poll(() => tool.answers.length, { timeout: 20_000 }).toBe(40);
  expect(new Set(tool.answers.map(({ batch }) => batch))).toEqual(new Set(names));
  expect(tool.answers.every((answer) => 'receipt' in answer)).toBe(true);
  expect(await history(id)).toHaveLength(121);
});

test('[IN13] a server that goes answers what has come, and says that it comes back', async () => {
  const own = await startTestApp();
  const ownLab = laboratory(own);
  const { id } = await ownLab.aRunningRun();
  const { secret } = await call(await own.as('admin@acme.test'), identityEndpoints.createApiKey, { name: 'Tool' });
  const tool = await new Tool({ authorization: `Bearer ${secret}` }, own.origin).open();
  await tool.answer({ id, batch: 'first', events: measured([1]) });
  await own.close();
  expect((await tool.closed)[0]).toBe(ingestClose.restarting);
});

test.each(['http', 'websocket'] as const)(
  '[IN14] the client brings a whole run into the house over %s',
  async (transport) => {
    const { id } = await lab.aRun();
    const client = connectInstrument({ url: app.origin, key, runId: id }, { transport, batchSize: 20 });
    onTestFinished(() => client.close());
    expect(await client.isRunning()).toBe(false);
    await client.start();
    expect(await client.isRunning()).toBe(true);
    await client.step('Sweep', 'started');
    for (let value = 0; value < 100; value++) await client.metric('Current', value, 'A');
    await client.step('Sweep', 'finished');
    await client.result({ name: 'Leakage', value: 1e-9, unit: 'A', tolerance: { lower: null, upper: 1e-8 } });
    await client.finish();
    const events = await history(id);
    expect(events.flatMap((event) => (event.kind === 'metric' ? [event.value] : []))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(await call(await app.as('viewer@acme.test'), runEndpoints.get, { id })).toMatchObject({
      state: 'completed',
      steps: [{ name: 'Sweep', state: 'finished' }],
      results: [{ name: 'Leakage', value: 1e-9 }],
      lastSeq: 105,
    });
  },
);

test.each(['http', 'websocket'] as const)(
  '[IN17] the client gives up where its run was cancelled (%s)',
  async (transport) => {
    const { id } = await lab.aRun();
    const client = connectInstrument({ url: app.origin, key, runId: id }, { transport });
    onTestFinished(() => client.close());
    await client.start();
    await call(await app.as('technician@acme.test'), runEndpoints.cancel, { id });
    const late: ReportedEvent = { kind: 'log', level: 'info', text: 'late' };
    await client.report(late);
    await expect(client.flush()).rejects.toThrow('The run is cancelled, which is final.');
  },
);
