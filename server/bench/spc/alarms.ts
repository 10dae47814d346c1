import { setTimeout as pause } from 'node:timers/promises';
import type { Alert } from '@cobench/shared/alerts/alert';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { livePath } from '@cobench/shared/realtime/live';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { SeriesPoint } from '@cobench/shared/series/point';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { NewSeries } from '@cobench/shared/series/series';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { io, type Socket } from 'socket.io-client';
import { noise } from '../../src/demo/noise.ts';
import { Agent } from '../../test/agent.ts';
import { call } from '../../test/call.ts';
import { alertsOf, pointsOf } from '../../test/kills/series-as-stored.ts';
import { problemsOfSeries, sentBy, type SeriesOutcome } from '../../test/kills/series-judge.ts';
import type { Cobench } from '../runs/house.ts';

type Load = { tools: number; metrics: number; perSecond: number; seconds: number };
export type Alarms = {
  points: number;
  alerts: number;
  /** Milliseconds from when a point was due to the alert that it opened, on the screen of somebody else. */
  alertDelays: number[];
  /** The same of points on charts that somebody looks at. */
  pointDelays: number[];
  /** Milliseconds that an empty request takes meanwhile. */
  health: number[];
  /** Whatever was lost, doubled or judged otherwise than by the engine at once; in words. */
  problems: string[];
};

const rules = [...ruleSets['western-electric']];
/** Milliseconds that are not counted: a process that was just started compiles what it runs, and this one runs all day. */
const warmUp = 8000;
/** Every so many points one is far outside, as long as one tool is. */
const excursionEvery = 150;

/** Simulated tools measure, each metric on a chart of its own; somebody else sees what becomes of it. The load waits for nobody. */
export async function alarms(house: Cobench, { tools, metrics, perSecond, seconds }: Load): Promise<Alarms> {
  const { person, projectId, origin } = house;
  const { secret: key } = await call(person, identityEndpoints.createApiKey, { name: 'Tools' });
  const lines: Line[] = [];
  for (let tool = 0; tool < tools; tool++) {
    const { id: runId } = await call(person, runEndpoints.create, { projectId, name: `Tool ${tool}` });
    for (let metric = 0; metric < metrics; metric++) {
      const source = { from: 'metric', metric: `Metric ${metric}`, runId } as const;
      const limits = { from: 'given', center: 0, sigma: 1 } as const;
      const name = `Tool ${tool}, metric ${metric}`;
      const chart = NewSeries.parse({ projectId, name, source, limits, rules });
      const { id } = await call(person, seriesEndpoints.create, chart);
      lines.push({ tool, runId, metric: source.metric, seriesId: id, sent: [], due: [] });
    }
  }
  const byTool = [...Map.groupBy(lines, ({ tool }) => tool).values()];
  const byId = new Map(lines.map((line) => [line.seriesId, line]));
  const other = await new Agent(origin).signIn('viewer@acme.test');
  const screen = await watching(other, { looksAt: byTool.flatMap(([first]) => (first ? [first.seriesId] : [])) });

  const health: number[] = [];
  const asking = new AbortController();
  const asked = askHealth(origin, { into: health, signal: asking.signal });
  const start = performance.now() + 500;
  const warm = start + warmUp;
  await Promise.all(
    byTool.map((its, tool) => {
      const transport = tool % 2 === 0 ? ('websocket' as const) : ('http' as const);
      const offset = (tool / tools) * (1000 / perSecond);
      const line = { url: origin, key, runId: its[0]?.runId ?? '', transport };
      return work(line, its, { start: start + offset, perSecond, end: warm + seconds * 1000 });
    }),
  );
  asking.abort();
  await asked;

  const outcomes: SeriesOutcome[] = [];
  for (const { seriesId, runId, sent } of lines) {
    const [points, alerts] = [await pointsOf(person, seriesId), await alertsOf(person, seriesId)];
    const series = await call(person, seriesEndpoints.get, { id: seriesId });
    outcomes.push({ series, sent: sentBy(runId, sent), points, alerts });
  }
  const stored = outcomes.flatMap(({ alerts }) => alerts);
  await screen.has(stored);
  screen.close();
  const delay = (seriesId: string, index: number, at: number): number[] => {
    const due = byId.get(seriesId)?.due[index];
    return due === undefined || due < warm ? [] : [at - due];
  };
  return {
    points: outcomes.reduce((sum, { points }) => sum + points.length, 0),
    alerts: stored.length,
    alertDelays: [...screen.alerts.values()].flatMap(({ alert, at }) => delay(alert.seriesId, alert.firstIndex, at)),
    pointDelays: screen.points.flatMap(({ seriesId, index, at }) => delay(seriesId, index, at)),
    health,
    problems: [...outcomes.flatMap(problemsOfSeries), ...screen.problems(stored)],
  };
}

/** One metric of a tool: what it has sent, and when each point was due. */
type Line = { tool: number; runId: string; metric: string; seriesId: string; sent: number[]; due: number[] };
type Work = { start: number; perSecond: number; end: number };

/** One tool measures all of its metrics again and again, whether or not the server keeps up. */
async function work(
  { transport, ...target }: { url: string; key: string; runId: string; transport: 'http' | 'websocket' },
  lines: readonly Line[],
  { start, perSecond, end }: Work,
): Promise<void> {
  // What is measured at once goes together.
  const client = connectInstrument(target, { transport, gatherMs: 5, atOnce: 4 });
  const random = noise(lines[0]?.tool ?? 0);
  await client.start();
  for (let tick = 0; ; tick++) {
    const due = start + (tick * 1000) / perSecond;
    if (due > end) break;
    await pause(Math.max(0, due - performance.now()));
    for (const [at, line] of lines.entries()) {
      const isOut = (tick + at * 13) % excursionEvery === 0;
      const value = Number((random.normal(0, 1) + (isOut ? 5 : 0)).toPrecision(8));
      line.sent.push(value);
      line.due.push(due);
      void client.metric(line.metric, value);
    }
  }
  await client.finish();
}

/** What a second person has on the screen: all alerts, and the points of the charts that they look at. */
async function watching(person: Agent, { looksAt }: { looksAt: readonly string[] }) {
  const alerts = new Map<string, { alert: Alert; at: number }>();
  const points: { seriesId: string; index: number; at: number }[] = [];
  const socket: Socket = io(person.origin, {
    path: livePath,
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie: person.cookie('/live/'), origin: person.origin },
  });
  socket.on('alert.changed', (alert: Alert) => {
    const known = alerts.get(alert.id);
    if (!known) alerts.set(alert.id, { alert, at: performance.now() });
    else if (alert.version > known.alert.version) known.alert = alert;
  });
  socket.on('series.grew', ({ seriesId, points: fresh }: { seriesId: string; points: SeriesPoint[] }) => {
    const at = performance.now();
    for (const { index } of fresh) points.push({ seriesId, index, at });
  });
  while (!socket.connected) await pause(10);
  for (const id of looksAt) await socket.timeout(20_000).emitWithAck('watch.series', { id, after: -1 });
  return {
    alerts,
    points,
    /** Resolves when these are on the screen as they are stored, or that takes too long. */
    async has(stored: readonly Alert[]): Promise<void> {
      const deadline = performance.now() + 5000;
      const isThere = ({ id, version }: Alert): boolean => Number(alerts.get(id)?.alert.version) >= version;
      while (!stored.every(isThere) && performance.now() < deadline) await pause(20);
    },
    problems(stored: readonly Alert[]): string[] {
      const seen = new Set(points.map(({ seriesId, index }) => `${seriesId} ${index}`));
      const unseen = stored.filter(({ id, version }) => Number(alerts.get(id)?.alert.version) !== version).length;
      return [
        ...(unseen > 0 ? [`${unseen} alerts are not on the screen as they are stored`] : []),
        ...(alerts.size > stored.length ? [`${alerts.size - stored.length} alerts on the screen are not stored`] : []),
        ...(points.length > seen.size ? [`${points.length - seen.size} points came to the screen twice`] : []),
      ];
    },
    close: () => void socket.close(),
  };
}

async function askHealth(origin: string, { into, signal }: { into: number[]; signal: AbortSignal }): Promise<void> {
  while (!signal.aborted) {
    const begun = performance.now();
    await (await fetch(new URL('/healthz', origin))).text();
    into.push(performance.now() - begun);
    await pause(50);
  }
}
