import { expect, test, vi } from 'vitest';
import { ReportedEvent } from '../runs/run-event.ts';
import { ingestClient, type IngestOptions } from './client.ts';
import { IngestOverflow } from './intake.ts';
import { fakeServer } from './testing/fake-server.ts';
import { fakeWorld } from './testing/fake-world.ts';
import type { IngestRefused } from './transport.ts';

/** `chance`: how likely each fault of the network and of the server is. */
function aClient({ seed = 1, chance = 0, ...options }: IngestOptions & { seed?: number; chance?: number } = {}) {
  const world = fakeWorld(seed);
  const server = fakeServer(world, chance);
  return { world, server, client: ingestClient({ transport: server, world, sender: 'tool' }, options) };
}

const valuesOf = (events: readonly ReportedEvent[]): number[] =>
  events.flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test('[IN15] what is reported goes out together, a quarter of a second after the first of it', async () => {
  const { world, server, client } = aClient();
  for (const value of upTo(3)) await client.metric('x', value, 'V');
  await world.pass(200);
  expect(server.arrived).toEqual([]);
  await world.pass(200);
  expect(server.arrived).toMatchObject([{ batch: 'tool:1', sender: 'tool', number: 1 }]);
  expect(server.stored).toEqual(
    upTo(3).map((value) => ({
      kind: 'metric',
      name: 'x',
      value,
      unit: 'V',
      observedAt: '2026-11-21T08:00:00.000Z',
    })),
  );
});

test('[IN15] a full batch does not wait, and none is longer than was said', async () => {
  const { world, server, client } = aClient({ batchSize: 200 });
  for (const value of upTo(450)) await client.metric('x', value);
  await world.pass(249);
  expect(server.arrived.map(({ events }) => events.length)).toEqual([200, 200]);
  await world.pass(200);
  expect(server.arrived.map(({ events }) => events.length).toSorted((a, b) => a - b)).toEqual([50, 200, 200]);
});

test.each(upTo(150))('[IN14] whatever fails, each event is stored once and in order (seed %i)', async (seed) => {
  const { world, server, client } = aClient({
    seed,
    chance: 0.15,
    atOnce: 1 + (seed % 4),
    // Small ones, so that many run ahead of one that fails.
    batchSize: 1 + (seed % 7),
    mostEvents: 40 + seed,
  });
  const reporting = async () => {
    await client.start();
    for (const value of upTo(400)) await client.metric('x', value);
    await client.finish();
  };
  await world.until(reporting());
  expect(valuesOf(server.stored)).toEqual(upTo(400));
  expect(server.stored.at(0)).toMatchObject({ kind: 'state', state: 'running' });
  expect(server.stored.at(-1)).toMatchObject({ kind: 'state', state: 'completed' });
  expect(server.stored).toHaveLength(402);
});

test('[IN14] flush resolves when all that was reported is stored, and not before', async () => {
  const { world, server, client } = aClient({ chance: 0.3 });
  for (const value of upTo(500)) await client.metric('x', value);
  await world.until(client.flush());
  expect(valuesOf(server.stored)).toEqual(upTo(500));
  await client.flush();
});

test('[IN7] nothing is thrown away while the server is away, however long', async () => {
  const { world, server, client } = aClient();
  server.answer = { status: 502, retryAfterSeconds: null, body: '<html>' };
  for (const value of upTo(10)) await client.metric('x', value);
  await world.pass(3_600_000);
  expect(server.stored).toEqual([]);
  // Twice as long each time, up to ten seconds: not every 200 milliseconds for an hour.
  expect(server.arrived.length).toBeLessThan(750);
  server.answer = null;
  await world.pass(10_500);
  expect(valuesOf(server.stored)).toEqual(upTo(10));
});

test('[IN7] what the server asks to wait is waited', async () => {
  const { world, server, client } = aClient();
  server.answer = { status: 429, retryAfterSeconds: 30, body: null };
  await client.metric('x', 1);
  await world.pass(1000);
  server.answer = null;
  expect(server.arrived).toHaveLength(1);
  await world.pass(28_000);
  expect(server.arrived).toHaveLength(1);
  await world.pass(2000);
  expect(valuesOf(server.stored)).toEqual([1]);
});

test('[IN17] what is refused ends it: whoever reports or waits is told why, once, and nothing more is sent', async () => {
  const onrefused = vi.fn<(refusal: IngestRefused) => void>();
  const { world, server, client } = aClient({ onrefused, mostEvents: 1 });
  const body = { type: 'state.conflict', title: 'Not now.', detail: 'The run is completed, which is final.' };
  server.answer = { status: 409, retryAfterSeconds: null, body };
  await client.metric('x', 1);
  const [waiting, flushing] = [client.metric('x', 2), client.flush()];
  const outcome = Promise.allSettled([waiting, flushing]);
  await world.pass(60_000);
  expect(await outcome).toMatchObject([{ reason: { problem: body } }, { reason: { problem: body } }]);
  await expect(client.log('info', 'late')).rejects.toThrow('The run is completed, which is final.');
  await expect(client.flush()).rejects.toThrow('The run is completed, which is final.');
  expect(onrefused).toHaveBeenCalledTimes(1);
  expect(server.arrived).toHaveLength(1);
});

test('[IN18] an instrument with nothing to report says every ten seconds that it is alive', async () => {
  const { world, server, client } = aClient();
  await world.pass(60_000);
  expect(server.arrived).toEqual([]);
  await world.until(client.start());
  await world.pass(35_000);
  const beats = server.arrived.slice(1);
  expect(beats).toHaveLength(3);
  expect(beats.every(({ events, sender, number }) => events.length === 0 && !sender && !number)).toBe(true);
  expect(new Set(beats.map(({ batch }) => batch)).size).toBe(3);
  await world.until(client.finish());
  await world.pass(60_000);
  expect(server.arrived).toHaveLength(5);
});

test('[IN18] while it reports no heartbeat is needed', async () => {
  const { world, server, client } = aClient();
  for (const value of upTo(20)) {
    await client.metric('x', value);
    await world.pass(3000);
  }
  expect(server.arrived.every(({ events }) => events.length > 0)).toBe(true);
});

test('[IN17] a heartbeat that is refused ends it too: the run was cancelled meanwhile', async () => {
  const onrefused = vi.fn<(refusal: IngestRefused) => void>();
  const { world, server, client } = aClient({ onrefused });
  await world.until(client.start());
  server.answer = { status: 409, retryAfterSeconds: null, body: { title: 'No.', detail: 'The run is cancelled.' } };
  await world.pass(11_000);
  expect(onrefused.mock.calls.map(([{ message }]) => message)).toEqual(['The run is cancelled.']);
});

test('a tool that starts anew can ask whether its run is running', async () => {
  const { world, server, client } = aClient();
  expect(await world.until(client.isRunning())).toBe(true);
  server.answer = { status: 409, retryAfterSeconds: null, body: { title: 'No.' } };
  expect(await world.until(client.isRunning())).toBe(false);
  server.answer = { status: 404, retryAfterSeconds: null, body: { title: 'There is no such run.' } };
  await expect(world.until(client.isRunning())).rejects.toThrow('There is no such run.');
});

test('[IN16] memory is bounded: a report waits for room, and too many waiting ones are refused', async () => {
  const { world, server, client } = aClient({ mostEvents: 4, mostWaiting: 2, batchSize: 2 });
  server.answer = { status: 503, retryAfterSeconds: null, body: null };
  for (const value of upTo(4)) await client.metric('x', value);
  let through = 0;
  const waiting = [4, 5].map((value) => client.metric('x', value).then(() => through++));
  await expect(client.metric('x', 6)).rejects.toThrow(IngestOverflow);
  await world.pass(5000);
  expect(through).toBe(0);
  server.answer = null;
  await world.until(Promise.all(waiting));
  await world.until(client.flush());
  expect(valuesOf(server.stored)).toEqual(upTo(6));
});

test('what is no measurement is refused alone, and the others are stored', async () => {
  const { world, server, client } = aClient();
  await client.metric('x', 1);
  for (const value of [Number.NaN, Infinity, 1e101]) {
    await expect(client.metric('x', value)).rejects.toThrow(RangeError);
  }
  await client.progress(1.0000001);
  await client.log('info', 'x'.repeat(5000));
  await client.step('Etch', 'started');
  await client.result({ name: 'Depth', value: 31, unit: 'nm' });
  await world.until(client.flush());
  expect(server.stored).toMatchObject([
    { value: 1 },
    { fraction: 1 },
    { text: 'x'.repeat(4000) },
    { name: 'Etch', turn: 'started' },
    { result: { name: 'Depth', value: 31, unit: 'nm', tolerance: null } },
  ]);
  expect(server.stored.every((event) => ReportedEvent.safeParse(event).success)).toBe(true);
});

test('after close nothing is sent, and what waits is told', async () => {
  const { world, server, client } = aClient();
  server.answer = { status: 503, retryAfterSeconds: null, body: null };
  await client.metric('x', 1);
  const outcome = Promise.allSettled([client.flush()]);
  await world.pass(1000);
  client.close();
  expect(await outcome).toMatchObject([{ reason: { message: 'The client was closed.' } }]);
  const { length } = server.arrived;
  await world.pass(100_000);
  expect(server.arrived).toHaveLength(length);
});
