// Simulated tools that push data through the public API, as a real instrument would: an API key, the id of a run, and
// batches that are sent again until they are stored.
//
//   npm run demo:instruments                              the runs that wait in the demo's data
//   npm run demo:instruments -- --run <id> [--tool etch]  one run of yours (COBENCH_KEY holds the key)
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { noise } from '../server/src/demo/noise.ts';
import { toolProfiles, type ToolName, type ToolProfile } from '../server/src/demo/runs.ts';
import type { ReportedEvent } from '../shared/src/runs/run-event.ts';

type Job = { key: string; runId: string; tool: ToolName };

const seconds = 1000;
/** How many seconds a run takes, and about how often a point is out of control. */
const [runSeconds, excursionEvery] = [600, 45];
const server = new URL(process.env['COBENCH_URL'] ?? 'http://localhost:8080');
const stopping = new AbortController();

process.on('SIGINT', () => stopping.abort());
process.on('SIGTERM', () => stopping.abort());
await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const jobs = await findJobs();
  await fetch(new URL('/healthz', server)).catch((cause: unknown) => {
    throw new Error(`There is no Cobench at ${server.origin}. Start it with \`npm start\`, or set COBENCH_URL.`, {
      cause,
    });
  });
  console.log(`${jobs.length} simulated tools report to ${server.origin} each second. Stop them with Ctrl+C.`);
  await Promise.all(jobs.map((job, index) => simulate(job, index)));
  if (stopping.signal.aborted) console.log('Stopped. The runs are as they were left, and will be shown as stale.');
}

/** The run named on the command line, or those that the demo's data leave waiting for their tool. */
async function findJobs(): Promise<Job[]> {
  const { values } = parseArgs({ options: { run: { type: 'string' }, tool: { type: 'string', default: 'etch' } } });
  if (values.run !== undefined) {
    const key = process.env['COBENCH_KEY'];
    if (!key) throw new Error('Set COBENCH_KEY to an API key of your organisation (Settings, API keys).');
    return [{ key, runId: values.run, tool: toolNamed(values.tool) }];
  }
  const file = join(process.env['DATA_DIR'] ?? './data', 'demo-ingest.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} is not there: start Cobench once with an empty store, or name a run with --run.`, {
      cause,
    });
  });
  const waiting = JSON.parse(text) as { key: string; runs: { id: string; profile: string }[] }[];
  return waiting.flatMap(({ key, runs }) =>
    runs.map(({ id, profile }) => ({ key, runId: id, tool: toolNamed(profile) })),
  );
}

function toolNamed(name: string): ToolName {
  const tools = Object.keys(toolProfiles) as ToolName[];
  const tool = tools.find((known) => known === name);
  if (!tool) throw new Error(`There is no simulated tool ${name}: use ${tools.join(', ')}.`);
  return tool;
}

/** One tool working through one run, until it is done or somebody stops it. */
async function simulate(job: Job, index: number): Promise<void> {
  const profile: ToolProfile = toolProfiles[job.tool];
  const random = noise(Date.now() + index);
  if (!(await begin(job, profile))) return;
  for (let second = 1; second <= runSeconds && !stopping.signal.aborted; second++) {
    await wait(seconds, undefined, { signal: stopping.signal }).catch(() => {});
    const excursion = random.normal(0, 1) > 0 && second % excursionEvery === (index * 7) % excursionEvery;
    const events: ReportedEvent[] = profile.metrics.map(({ name, unit, mean, sigma }, metric) => {
      const moved = excursion && metric === 0 ? 4.5 * sigma : 0;
      const value = Number((random.normal(mean, sigma) + moved).toPrecision(5));
      return { kind: 'metric', name, unit, value, observedAt: new Date().toISOString() };
    });
    if (excursion) events.push(line('warning', `${profile.metrics[0]?.name} left its window`));
    if (second % 60 === 0) events.push(line('info', `Step ${second / 60} of ${runSeconds / 60} done`));
    if (second % 5 === 0) events.push({ kind: 'progress', fraction: second / runSeconds });
    if (!(await send(job, events))) return;
  }
  if (stopping.signal.aborted) return;
  const { name, unit, mean, sigma } = profile.result;
  await send(job, [
    { kind: 'metric', name, unit, value: Number(random.normal(mean, sigma).toPrecision(4)) },
    { kind: 'state', state: 'completed', reason: '' },
  ]);
}

/** Starts the run, unless it is running already. */
async function begin(job: Job, { instrument }: ToolProfile): Promise<boolean> {
  const alive = await post(job, { batch: randomUUID(), events: [] });
  if (alive?.ok) return true;
  const running: ReportedEvent = { kind: 'state', state: 'running', reason: '' };
  return send(job, [running, line('info', `Recipe loaded on ${instrument}`)]);
}

/** Sends a batch until it is stored; false where the server refuses it or the simulation stops. */
async function send(job: Job, events: ReportedEvent[]): Promise<boolean> {
  const body = { batch: randomUUID(), events };
  let told = false;
  while (!stopping.signal.aborted) {
    const response = await post(job, body);
    if (response?.ok) return true;
    if (response && response.status < 500 && response.status !== 429) {
      const { title, detail } = (await response.json()) as { title: string; detail?: string };
      console.log(`Run ${job.runId} takes no more: ${detail ?? title}`);
      return false;
    }
    if (!told) console.log(`Run ${job.runId}: ${server.origin} does not answer, trying again each second.`);
    told = true;
    await wait(seconds, undefined, { signal: stopping.signal }).catch(() => {});
  }
  return false;
}

/** Null where nobody answers. */
async function post({ key, runId }: Job, body: object): Promise<Response | null> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const url = new URL(`/api/v1/runs/${runId}/events`, server);
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  } catch {
    return null;
  }
}

function line(level: 'info' | 'warning', text: string): ReportedEvent {
  return { kind: 'log', level, text };
}
