// Six simulated tools that push data through the public API by the client that real ones use (docs/instruments.md): an API
// key, the id of a run, and nothing else. When a run ends, its tool takes the next one that waits for it.
//
//   npm run demo:instruments                              the runs that wait in the demo's data
//   npm run demo:instruments -- --run <id> [--tool etch]  one run of yours (COBENCH_KEY holds the key)
//   npm run demo:instruments -- --speed 10                ten times as fast
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { noise } from '../server/src/demo/noise.ts';
import { simulate } from '../server/src/demo/simulated-tool.ts';
import { toolProfiles, type ToolName, type ToolProfile } from '../server/src/demo/tools.ts';
import { connectInstrument } from '../shared/src/ingest/this-machine.ts';
import { IngestRefused } from '../shared/src/ingest/transport.ts';

/** A tool, and the runs that wait for it in their order. */
type Job = { tool: ToolName; key: string; runs: { id: string; name: string }[] };

const { values: given } = parseArgs({
  options: {
    run: { type: 'string' },
    tool: { type: 'string', default: 'etch' },
    speed: { type: 'string', default: '1' },
  },
});
const server = new URL(process.env['COBENCH_URL'] ?? 'http://localhost:8080');
/** From so many points a second on a tool keeps a websocket open. */
const fast = 5;
const stopping = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  if (!(Number(given.speed) > 0)) throw new Error('--speed is a number above 0.');
  const jobs = await findJobs();
  await fetch(new URL('/healthz', server)).catch((cause: unknown) => {
    throw new Error(`There is no Cobench at ${server.origin}. Start it with \`npm start\`, or set COBENCH_URL.`, {
      cause,
    });
  });
  console.log(`${jobs.length} simulated tools report to ${server.origin}. Stop them with Ctrl+C.`);
  await Promise.all(jobs.map(work));
  if (stopping.signal.aborted) console.log('Stopped. The runs are as they were left, and will be shown as stale.');
}

/** The run named on the command line, or those that the demo's data leave waiting for their tool. */
async function findJobs(): Promise<Job[]> {
  if (given.run !== undefined) {
    const key = process.env['COBENCH_KEY'];
    if (!key) throw new Error('Set COBENCH_KEY to an API key of your organisation (Settings, API keys).');
    return [{ tool: toolNamed(given.tool), key, runs: [{ id: given.run, name: given.run }] }];
  }
  const file = join(process.env['DATA_DIR'] ?? './data', 'demo-ingest.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} is not there: start Cobench once with an empty store, or name a run with --run.`, {
      cause,
    });
  });
  const waiting = JSON.parse(text) as { key: string; runs: { id: string; name: string; profile: string }[] }[];
  return waiting.flatMap(({ key, runs }) =>
    [...Map.groupBy(runs, ({ profile }) => profile)].map(([profile, those]) => ({
      tool: toolNamed(profile),
      key,
      runs: those,
    })),
  );
}

function toolNamed(name: string): ToolName {
  const tools = Object.keys(toolProfiles) as ToolName[];
  const tool = tools.find((known) => known === name);
  if (!tool) throw new Error(`There is no simulated tool ${name}: use ${tools.join(', ')}.`);
  return tool;
}

/** One tool takes one run after another, until none is left or somebody stops it. */
async function work({ tool, key, runs }: Job, index: number): Promise<void> {
  const profile: ToolProfile = toolProfiles[tool];
  for (const run of runs) {
    if (stopping.signal.aborted) return;
    await workThrough({ ...run, key, profile }, Date.now() + index);
  }
  if (!stopping.signal.aborted) console.log(`${profile.instrument}: no run waits for it any more.`);
}

type Task = { id: string; name: string; key: string; profile: ToolProfile };

async function workThrough({ id, name, key, profile }: Task, seed: number): Promise<void> {
  const { instrument } = profile;
  const transport = (profile.live?.pointsPerSecond ?? 1) >= fast ? 'websocket' : 'http';
  const run = connectInstrument(
    { url: server.origin, key, runId: id },
    {
      transport,
      ontrouble({ attempt, status }) {
        if (attempt !== 1) return;
        const what = status === null ? 'does not answer' : `answers ${status}`;
        console.log(`${instrument}: ${server.origin} ${what}; what it measures is kept and sent again.`);
      },
    },
  );
  const wait = async (seconds: number): Promise<void> => {
    const ms = (seconds * 1000) / Number(given.speed);
    await pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  };
  const circumstances = { random: noise(seed), wait, isStopped: () => stopping.signal.aborted };
  console.log(`${instrument}: ${name} (${transport})`);
  try {
    await simulate(run, profile, circumstances);
    // What was measured before Ctrl+C goes out, if somebody is there to take it.
    if (stopping.signal.aborted) await Promise.race([run.flush(), pause(2000)]);
    else console.log(`${instrument}: ${name} is completed.`);
  } catch (error) {
    if (!(error instanceof IngestRefused)) throw error;
    console.log(`${instrument}: ${name} takes nothing more. ${error.message}`);
  } finally {
    run.close();
  }
}
