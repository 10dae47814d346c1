import { identityEndpoints } from '@cobench/shared/identity/identity';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { call, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured } from '../../../test/laboratory.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let now = Date.now();
beforeAll(async () => {
  const ingestRates = { eventsPerSecond: 100, batchesPerSecond: 5 };
  app = await startTestApp({ config: { ingestRates }, clock: () => new Date(now) });
  lab = laboratory(app);
});
afterAll(() => app.close());

const post = (machine: Caller, id: string, values: number[] = [], batch: string = crypto.randomUUID()) =>
  machine.send('POST', `/api/v1/runs/${id}/events`, { batch, events: measured(values) });

test('[IN8] a key that sends too many batches is told when to go on; another key is not concerned', async () => {
  const [one, other] = [await lab.aMachine(), await lab.aMachine()];
  const { id } = await lab.aRunningRun();
  for (let i = 0; i < 5; i++) expect((await post(one, id)).status).toBe(200);
  const refused = await post(one, id);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({
    type: 'rate.limited',
    detail: 'A key may send 100 events and 5 batches a second.',
  });
  expect((await post(other, id)).status).toBe(200);
  now += 1000;
  expect((await post(one, id)).status).toBe(200);
});

test('[IN8] events count, not only requests, and what is refused is not stored', async () => {
  const machine = await lab.aMachine();
  const { id } = await lab.aRunningRun();
  const many = Array.from({ length: 350 }, (_, i) => i);
  expect((await post(machine, id, many)).status).toBe(200);
  const refused = await post(machine, id, [1]);
  // 350 of 100 a second: two and a half seconds are to be paid back, and one event earned.
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
  now += 2600;
  expect((await post(machine, id, [2])).status).toBe(200);
  expect((await call(await app.as('viewer@acme.test'), runEndpoints.get, { id })).lastSeq).toBe(352);
});

test('[IN8] both doors share what a key may send', async () => {
  const { secret } = await call(await app.as('admin@acme.test'), identityEndpoints.createApiKey, { name: 'Both' });
  const { id } = await lab.aRunningRun();
  const to = { url: app.origin, key: secret, runId: id };
  const troubles: (number | null)[] = [];
  const noted = { ontrouble: ({ status }: { status: number | null }) => troubles.push(status) };
  const overHttp = connectInstrument(to);
  const overSocket = connectInstrument(to, { transport: 'websocket', ...noted });
  onTestFinished(() => {
    overHttp.close();
    overSocket.close();
  });
  for (let i = 0; i < 5; i++) await overHttp.isRunning();
  const asking = overSocket.isRunning();
  await expect.poll(() => troubles).toEqual([429]);
  now += 1000;
  expect(await asking).toBe(true);
});
