import { setTimeout as pause } from 'node:timers/promises';
import type { Alert } from '@cobench/shared/alerts/alert';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import type { IngestClient, IngestOptions } from '@cobench/shared/ingest/client';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { ChartDefinition } from '@cobench/shared/series/chart';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { vi } from 'vitest';
import type { Agent } from '../agent.ts';
import { call } from '../call.ts';
import { dice, type Dice } from '../collab/dice.ts';
import type { TestApp } from '../harness.ts';
import { laboratory } from '../laboratory.ts';
import { LiveClient } from '../live-client.ts';
import { MortalServer } from './mortal-server.ts';
import { sentBy, type RunOutcome, type SeriesOutcome } from './series-judge.ts';
import { alertsOf, pointsOf, recordedIn } from './series-as-stored.ts';

export type SpcReport = {
  kills: number;
  /** Batches that tools, and points that a program, had to send again. */
  retries: number;
  runs: RunOutcome[];
  /** `sent`: in the order in which the runs have it. */
  outcomes: SeriesOutcome[];
  /** Every alert as somebody who watched was told it, the newest of each. */
  told: Alert[];
};

type Tool = IngestOptions & { transport: 'http' | 'websocket' };
const tools: Tool[] = [
  { transport: 'http' },
  { transport: 'websocket' },
  { transport: 'websocket', atOnce: 4, batchSize: 20 },
];
/** So that tools are back before the next kill. */
const longestWaitMs = 1000;
const rules = [...ruleSets['western-electric']];
const charts = {
  individuals: {},
  means: {
    chart: ChartDefinition.parse({ kind: 'xbar' }),
    subgrouping: { by: 'count' as const, size: 5 },
    limits: { from: 'baseline' as const, points: 20 },
  },
  weighted: { chart: ChartDefinition.parse({ kind: 'ewma' }), rules: rules.slice(0, 1) },
};

/**
 * Tools measure for charts of several kinds, one of all tools together, and a program brings points; the server is killed
 * again and again under it. The seed decides when, and what is measured.
 */
export async function spcUnderKills({ times, seed }: { times: number; seed: number }): Promise<SpcReport> {
  const server = await MortalServer.open();
  const closing = new AbortController();
  try {
    return await play(server, { times, chances: dice(seed), closed: closing.signal });
  } finally {
    closing.abort();
    await server.close();
  }
}

type Circumstances = {
  times: number;
  chances: Dice;
  /** Whoever still measures or watches then goes. */ closed: AbortSignal;
};

async function play(server: MortalServer, { times, chances, closed }: Circumstances): Promise<SpcReport> {
  const [admin, viewer] = [await server.as('admin@acme.test'), await server.as('viewer@acme.test')];
  const { secret: key } = await call(admin, identityEndpoints.createApiKey, { name: 'Tools' });
  const lab = laboratory(server as unknown as TestApp);
  const { id: projectId } = await lab.aProject();
  const aChart = (over: Parameters<typeof lab.aSeries>[0]) => lab.aSeries({ projectId, rules, ...over });
  const together = await aChart({ name: 'all tools' });
  const brought = await aChart({ name: 'brought', source: { from: 'points' } });
  const lines: { runId: string; seriesIds: string[] }[] = [];
  for (const { transport, atOnce = 1 } of tools) {
    const { id: runId } = await lab.aRun({ projectId });
    const source = { from: 'metric', metric: 'x', runId } as const;
    const seriesIds: string[] = [];
    for (const [kind, chart] of Object.entries(charts)) {
      const name = `${kind} of ${transport}, ${atOnce} at once`;
      seriesIds.push((await aChart({ name, source, ...chart })).id);
    }
    lines.push({ runId, seriesIds });
  }

  const watcher = await watching(viewer);
  closed.addEventListener('abort', () => watcher.close());
  const stop = new AbortController();
  const retries = { count: 0 };
  // About 10, with a deviation of 1, and now and then far outside.
  const spread = () => (chances.roll(2000) + chances.roll(2000) + chances.roll(2000)) / 1000;
  const values = () => 7 + spread() + (chances.roll(60) === 0 ? 5 : 0);
  const measuring = lines.map(async ({ runId }, at) => {
    const { transport = 'http', ...options } = tools[at] ?? {};
    const ontrouble = () => void retries.count++;
    const target = { url: server.origin, key, runId };
    const client = connectInstrument(target, { transport, ontrouble, longestWaitMs, ...options });
    closed.addEventListener('abort', () => client.close());
    return measure(client, { stop: stop.signal, values });
  });
  const bringing = bring(await server.as('technician@acme.test'), {
    id: brought.id,
    stop: AbortSignal.any([stop.signal, closed]),
    values,
    ontrouble: () => void retries.count++,
  });
  const work = Promise.all([bringing, ...measuring]);
  // Until it is waited for below.
  work.catch(() => undefined);

  for (let kill = 0; kill < times; kill++) {
    await grown(chances.roll(100) ** 2 / 25);
    await pause(chances.roll(100));
    await server.kill();
    await server.start();
  }
  await grown(50);
  stop.abort();
  const [ofProgram, ...ofTools] = await work;

  const runs: RunOutcome[] = [];
  for (const [at, { runId }] of lines.entries()) {
    runs.push({ tool: `tool ${at + 1}`, runId, measured: ofTools[at] ?? [], ...(await recordedIn(viewer, runId)) });
  }
  const sent = new Map(runs.map(({ runId, recorded }) => [runId, recorded]));
  const all: [id: string, sent: SeriesOutcome['sent']][] = [
    [together.id, sent],
    [brought.id, sentBy(null, ofProgram)],
    ...lines.flatMap(({ runId, seriesIds }) =>
      seriesIds.map((id): [string, SeriesOutcome['sent']] => [id, sentBy(runId, sent.get(runId) ?? [])]),
    ),
  ];
  const outcomes: SeriesOutcome[] = [];
  for (const [id, those] of all) {
    const [series, points, alerts] = await Promise.all([
      call(viewer, seriesEndpoints.get, { id }),
      pointsOf(viewer, id),
      alertsOf(viewer, id),
    ]);
    outcomes.push({ series, sent: those, points, alerts });
  }
  return { kills: times, retries: retries.count, runs, outcomes, told: [...watcher.told.values()] };

  /** Waits until so many points came to the chart of all tools, and some that were brought. */
  async function grown(by: number): Promise<void> {
    const before = await counts();
    const isMore = (now: number, at: number): boolean => now > (before[at] ?? 0) + (at === 0 ? by : 0);
    await vi.waitUntil(async () => (await counts()).every(isMore), { timeout: 60_000, interval: 10 });
  }

  async function counts(): Promise<number[]> {
    const now = await Promise.all([together.id, brought.id].map((id) => call(viewer, seriesEndpoints.get, { id })));
    return now.map(({ pointCount }) => pointCount);
  }
}

type Measuring = { stop: AbortSignal; values: () => number };

/** One tool: measures, as fast as it may, until it is told to stop; answers what it has measured. */
async function measure(client: IngestClient, { stop, values }: Measuring): Promise<number[]> {
  const measured: number[] = [];
  await client.start();
  while (!stop.aborted) {
    for (let n = 0; n < 4; n++) {
      const value = values();
      measured.push(value);
      await client.metric('x', value);
    }
    await pause(20);
  }
  await client.finish();
  return measured;
}

/** A program that brings points, each lot again under the same keys until it is taken; answers what was taken. */
async function bring(
  person: Agent,
  { id, stop, values, ontrouble }: Measuring & { id: string; ontrouble: () => void },
): Promise<number[]> {
  const taken: number[] = [];
  while (!stop.aborted) {
    const lot = Array.from({ length: 5 }, values);
    const points = lot.map((value, i) => ({ items: [value], key: String(taken.length + i) }));
    for (let done = false; !done;) {
      try {
        await call(person, seriesEndpoints.addPoints, { id, points });
        done = true;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        ontrouble();
        await pause(50);
      }
    }
    taken.push(...lot);
    await pause(20);
  }
  return taken;
}

async function watching(person: Agent) {
  const live = new LiveClient(person.origin, { cookie: person.cookie('/live/'), origin: person.origin });
  const told = new Map<string, Alert>();
  live.socket.on('alert.changed', (alert) => {
    if ((told.get(alert.id)?.version ?? -1) < alert.version) told.set(alert.id, alert);
  });
  await live.connected();
  return { told, close: () => live.close() };
}
