import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../test/call.ts';
import { startTestApp, type TestApp } from '../../test/harness.ts';
import type { DemoIngest } from './fill.ts';
import { noise } from './noise.ts';
import { simulate } from './simulated-tool.ts';
import { toolProfiles, type ToolName, type ToolProfile } from './tools.ts';

let app: TestApp;
let waiting: DemoIngest[];
beforeAll(async () => {
  app = await startTestApp({ demo: true });
  waiting = JSON.parse(await readFile(join(app.config.dataDir, 'demo-ingest.json'), 'utf8')) as DemoIngest[];
});
afterAll(() => app.close());

const tools = ['etch', 'smu', 'spectrometer', 'ellipsometer', 'xrd', 'sem'] as const satisfies ToolName[];

test('in the demo runs wait for six tools, each on an instrument of its own', async () => {
  const profiles = new Set(waiting.flatMap(({ runs }) => runs.map(({ profile }) => profile)));
  expect(profiles).toEqual(new Set(tools));
  expect(new Set(tools.map((tool) => toolProfiles[tool].instrument)).size).toBe(6);
});

test.each(tools)('the simulated %s works through its run, step by step to a result', async (tool) => {
  const profile: ToolProfile & Required<Pick<ToolProfile, 'live'>> = toolProfiles[tool];
  const job = waiting
    .flatMap(({ key, runs }) => runs.map((run) => ({ ...run, key })))
    .find((one) => one.profile === tool);
  const { id = '', key = '' } = job ?? {};
  const run = connectInstrument({ url: app.origin, key, runId: id });
  const hurried = { ...profile, live: { ...profile.live, seconds: 60 / profile.live.pointsPerSecond } };
  await simulate(run, hurried, { random: noise(1), wait: async () => {}, isStopped: () => false });

  const viewer = await app.as('viewer@acme.test');
  expect(await call(viewer, runEndpoints.get, { id })).toMatchObject({
    state: 'completed',
    progress: 1,
    steps: profile.live.steps.map(([name]) => ({ name, state: 'finished' })),
    results: [{ name: profile.result.name, unit: profile.result.unit }],
  });
  const { metrics } = await call(viewer, runEndpoints.telemetry, { id });
  const measured = Object.fromEntries(metrics.map(({ name, count }) => [name, count]));
  expect(measured).toEqual({
    ...Object.fromEntries(profile.metrics.map(({ name }) => [name, 60])),
    [profile.result.name]: 1,
  });
});

test('a simulated tool goes on with a run that it had begun, and stops when it is told', async () => {
  const [job] = waiting.flatMap(({ key, runs }) =>
    runs
      .filter(({ profile }) => profile === 'smu')
      .slice(1)
      .map((run) => ({ ...run, key })),
  );
  const { id = '', key = '' } = job ?? {};
  const work = async (ticks: number): Promise<void> => {
    const run = connectInstrument({ url: app.origin, key, runId: id });
    let left = ticks;
    await simulate(run, toolProfiles.smu, {
      random: noise(2),
      wait: async () => void left--,
      isStopped: () => left <= 0,
    });
    await run.flush();
    run.close();
  };
  await work(5);
  await work(5);
  const viewer = await app.as('viewer@acme.test');
  expect(await call(viewer, runEndpoints.get, { id })).toMatchObject({ state: 'running', progress: 0 });
  const { items } = await call(viewer, runEndpoints.events, { id });
  const lines = items.flatMap((event) => (event.kind === 'log' ? [event.text] : []));
  expect(lines).toEqual(['Recipe loaded on SMU-1', 'Contact check begins', 'SMU-1 is back', 'Contact check begins']);
});
