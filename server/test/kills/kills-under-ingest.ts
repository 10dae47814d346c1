import { setTimeout as pause } from 'node:timers/promises';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import type { IngestClient, IngestOptions } from '@cobench/shared/ingest/client';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import { vi } from 'vitest';
import { call } from '../call.ts';
import { dice } from '../collab/dice.ts';
import type { TestApp } from '../harness.ts';
import { laboratory } from '../laboratory.ts';
import { Dashboard } from './dashboard.ts';
import { MortalServer } from './mortal-server.ts';

/** What became of one run: what its tool reported, what is stored, and what somebody saw who watched. */
export type Outcome = {
  tool: string;
  atOnce: number;
  run: Run;
  reported: number[];
  stored: RunEvent[];
  seen: readonly RunEvent[];
  board: Run | undefined;
};
export type Report = { kills: number; cuts: number; retries: number; outcomes: Outcome[] };

type Tool = IngestOptions & { transport: 'http' | 'websocket' };
/** Each over a line of its own; two of them have several batches under way, which the server puts in order. */
const tools: Tool[] = [
  { transport: 'http' },
  { transport: 'websocket' },
  { transport: 'http', atOnce: 4, batchSize: 20 },
  { transport: 'websocket', atOnce: 4, batchSize: 20 },
];
/** The share of the messages with events that are lost, each with its connection. */
const loss = 0.05;
/** So that tools are back before the next kill. */
const longestWaitMs = 1000;

/**
 * Tools report to runs, somebody watches, and the server is killed again and again under it; the seed decides when, and which
 * messages are lost.
 */
export async function killsUnderIngest({ times, seed }: { times: number; seed: number }): Promise<Report> {
  const server = await MortalServer.open();
  const closing = new AbortController();
  try {
    const { roll } = dice(seed);
    return await play(server, { times, random: () => roll(10_000) / 10_000, closed: closing.signal });
  } finally {
    closing.abort();
    await server.close();
  }
}

type Circumstances = {
  times: number;
  random: () => number;
  /** Whoever still reports or watches then goes. */
  closed: AbortSignal;
};

async function play(server: MortalServer, { times, random, closed }: Circumstances): Promise<Report> {
  const [admin, viewer] = [await server.as('admin@acme.test'), await server.as('viewer@acme.test')];
  const { secret: key } = await call(admin, identityEndpoints.createApiKey, { name: 'Tools' });
  const lab = laboratory(server as unknown as TestApp);
  const { id: projectId } = await lab.aProject();
  const runs: Run[] = [];
  for (const _tool of tools) runs.push(await lab.aRun({ projectId }));

  const dashboard = new Dashboard(viewer, { runIds: runs.map(({ id }) => id), random, loss });
  closed.addEventListener('abort', () => dashboard.close());
  const stop = new AbortController();
  let retries = 0;
  const reporting = runs.map(async ({ id: runId }, at) => {
    const { transport = 'http', ...options } = tools[at] ?? {};
    const ontrouble = () => void retries++;
    const client = connectInstrument(
      { url: server.origin, key, runId },
      { transport, ontrouble, longestWaitMs, ...options },
    );
    closed.addEventListener('abort', () => client.close());
    return report(client, stop.signal);
  });
  const work = Promise.all(reporting);
  // Until it is waited for below.
  work.catch(() => undefined);

  for (let kill = 0; kill < times; kill++) {
    await somethingHappened(dashboard, random);
    // Now and then all of them: a batch that is missing for a minute may be given up.
    if (kill % 3 === 2) await everybodyIsBack();
    await server.kill();
    await server.start();
  }
  await everybodyIsBack();
  stop.abort();
  const reported = await work;

  const outcomes: Outcome[] = [];
  for (const [at, { id }] of runs.entries()) {
    const stored = await historyOf(id);
    await vi.waitUntil(() => dashboard.seen(id).length >= stored.length, { timeout: 30_000 });
    const run = await call(viewer, runEndpoints.get, { id });
    await vi.waitUntil(() => (dashboard.board.get(id)?.version ?? -1) >= run.version, { timeout: 30_000 });
    const { transport, atOnce = 1 } = tools[at] ?? {};
    outcomes.push({
      tool: `${transport}, ${atOnce} at once`,
      atOnce,
      run,
      reported: reported[at] ?? [],
      stored,
      seen: dashboard.seen(id),
      board: dashboard.board.get(id),
    });
  }
  const { cuts } = dashboard;
  return { kills: times, cuts, retries, outcomes };

  async function everybodyIsBack(): Promise<void> {
    const before = runs.map(({ id }) => dashboard.seen(id).length);
    const isBack = ({ id }: Run, at: number) => dashboard.seen(id).length >= (before[at] ?? 0) + 20;
    await vi.waitUntil(() => runs.every(isBack), { timeout: 60_000 });
  }

  async function historyOf(id: string): Promise<RunEvent[]> {
    const all: RunEvent[] = [];
    for (;;) {
      const { items } = await call(viewer, runEndpoints.events, { id, after: all.length, limit: 1000 });
      if (items.length === 0) return all;
      all.push(...items);
    }
  }
}

/** One tool: counts, as fast as it may, until it is told to stop; answers what it has counted. */
async function report(client: IngestClient, stop: AbortSignal): Promise<number[]> {
  const counted: number[] = [];
  await client.start();
  while (!stop.aborted) {
    for (let n = 0; n < 5; n++) {
      await client.metric('count', counted.length);
      counted.push(counted.length);
    }
    if (counted.length % 100 === 0) await client.progress((counted.length % 1000) / 1000);
    await pause(20);
  }
  await client.finish();
  return counted;
}

/** Sometimes much was seen since the last time, sometimes next to nothing, so that starts are hit too. */
async function somethingHappened(dashboard: Dashboard, random: () => number): Promise<void> {
  const enough = dashboard.count + Math.floor(random() ** 2 * 400);
  await vi.waitUntil(() => dashboard.count >= enough, { timeout: 60_000, interval: 5 });
  await pause(random() * 100);
}
