import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import type { TelemetryColumns } from '@cobench/shared/runs/telemetry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dice } from '../../../test/collab/dice.ts';
import { openTestDatabase } from '../../../test/database.ts';
import { aLeader, runProcess } from '../../../test/run-process.ts';
import { testTrail } from '../../../test/trail.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { chartOf, type PointSource } from './chart.ts';
import { mongoRunLog, mongoRuns, mongoTelemetry, pointRetention } from './index.ts';
import { telemetryPacker } from './packer.ts';
import { dawn as dawnOfTime } from './pyramid.ts';
import { RollUp } from './roll-up.ts';

type Point = { at: number; value: number };
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let process: Awaited<ReturnType<typeof runProcess>>;
const actor = aLeader();
beforeAll(async () => {
  database = await openTestDatabase();
  process = await runProcess(database.url);
  await createIndexes(process.connection);
});
afterAll(async () => {
  await process.runs.packed();
  await process.close();
  await database.close();
});

const dawn = Date.parse('2025-11-20T00:00:00.000Z');
const instant = (at: number): string => new Date(at).toISOString();
const chart = (id: string, over: { metric?: string; from?: number; to?: number; columns: number }) => {
  const { metric = 'Pressure', from, to, columns } = over;
  const span = { from: from === undefined ? undefined : instant(from), to: to === undefined ? undefined : instant(to) };
  return process.runs.telemetryColumns(actor, { id, metric, columns, ...span });
};

/** What the points say of each of the columns that an answer has. */
function naive(points: readonly Point[], { from, to, width }: Pick<TelemetryColumns, 'from' | 'to' | 'width'>) {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const own = points.filter(({ at }) => at >= start && at <= end);
  const columns = Map.groupBy(own, ({ at }) => start + Math.floor((at - start) / width) * width);
  return [...columns.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([at, inside]) => ({ at, count: inside.length, values: inside.map(({ value }) => value) }))
    .map(({ at, count, values }) => ({
      at: instant(at),
      min: values.reduce((least, value) => Math.min(least, value), Infinity),
      max: values.reduce((most, value) => Math.max(most, value), -Infinity),
      mean: expect.closeTo(values.reduce((sum, value) => sum + value, 0) / count, 6),
      count,
    }));
}

const singly = (points: readonly Point[]) =>
  points
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value }) => ({ at: instant(at), min: value, max: value, mean: value, count: 1 }));

/** Feeds a run with two metrics, slow and fast by turns, a few of the points late; answers what it was told. */
async function aLongRun(seed: number, batches: number) {
  const { roll } = dice(seed);
  const id = await process.aRun(actor);
  await process.runs.start(actor, { id });
  const points: Point[] = [];
  let at = dawn;
  for (let batch = 0; batch < batches; batch++) {
    const step = [1, 5, 40, 3000][roll(4)] ?? 1;
    const events = Array.from({ length: 500 }, (_, i): ReportedEvent => {
      at += roll(step * 2);
      const point = { at: roll(200) === 0 ? at - roll(100_000) : at, value: roll(1_000_000) / 1000 };
      const other = i % 50 === 0;
      if (!other) points.push(point);
      const observedAt = instant(point.at);
      return { kind: 'metric', name: other ? 'Flow' : 'Pressure', value: point.value, unit: 'Pa', observedAt };
    });
    await process.runs.record(actor, { id, batch: `b${batch}`, events });
  }
  return { id, points, first: dawn - 100_000, last: at };
}

async function compareWindows(run: Awaited<ReturnType<typeof aLongRun>>, seed: number): Promise<void> {
  const { roll } = dice(seed);
  const { id, points, first, last } = run;
  for (let i = 0; i < 25; i++) {
    const span = Math.max(1, Math.floor((last - first) / 2 ** roll(16)));
    const from = first + roll(Math.max(1, last - first - span));
    const columns = [1, 7, 200, 1000, 2000][roll(5)] ?? 1;
    const answer = await chart(id, { from, to: from + span, columns });
    const [start, end] = [Date.parse(answer.from), Date.parse(answer.to)];
    const within = points.filter(({ at }) => at >= start && at <= end);
    expect(answer.exact).toBe(within.length <= columns);
    expect(answer.columns).toEqual(answer.exact ? singly(within) : naive(points, answer));
    expect(answer.columns.length).toBeLessThanOrEqual(columns);
    // The columns are where they were asked for, but for a part of one.
    expect(from - Date.parse(answer.from)).toBeLessThanOrEqual(answer.width / 4);
    expect(Date.parse(answer.from)).toBeLessThanOrEqual(from);
    expect(Date.parse(answer.to)).toBeGreaterThanOrEqual(from + span);
  }
}

test('any window of a long run says what its points say: while it is packed, when it is, and after a restart', async () => {
  const run = await aLongRun(1, 300);
  await compareWindows(run, 2);
  await process.runs.packed();
  await process.close();
  process = await runProcess(database.url);
  await compareWindows(run, 3);
  await process.runs.finish(actor, { id: run.id, outcome: 'completed', reason: '' });
  await process.runs.packed();
  await compareWindows(run, 4);

  const { metrics, lastSeq } = await process.runs.telemetry(actor, { id: run.id });
  const newest = run.points.reduce((last, point) => (point.at >= last.at ? point : last));
  expect(lastSeq).toBe(300 * 500 + 2);
  expect(metrics.map(({ name, count }) => [name, count])).toEqual([
    ['Flow', 3000],
    ['Pressure', 147_000],
  ]);
  expect(metrics[1]).toMatchObject({ lastAt: instant(newest.at), lastValue: newest.value, unit: 'Pa' });
  const whole = await chart(run.id, { columns: 1000 });
  expect(whole.columns).toEqual(naive(run.points, whole));
}, 60_000);

test('what a process that died left unpacked is packed by the next, and nothing twice', async () => {
  const run = await aLongRun(5, 20);
  await process.close();
  process = await runProcess(database.url);
  await Promise.all([process.runs.packRest(), process.runs.packRest()]);
  const left = await process.connection.collection('run_telemetry').findOne({ packedSeq: 10_001 });
  expect(left?.['settled']).toBe(false);
  await compareWindows(run, 6);
}, 60_000);

test('where only roll-ups are left, columns reach as far as the cells of the nodes that they touch', async () => {
  // Narrow cells, then wide ones just behind the span that is asked for.
  const near = Array.from({ length: 200 }, (_, i) => ({ at: i * 5, value: i }));
  const far = Array.from({ length: 400 }, (_, i) => ({ at: 1000 + i * 1024, value: -i }));
  const all = [...near, ...far];
  const node = (points: Point[], startAt: number, until: number) => {
    const cells = new RollUp();
    for (const { at, value } of points) cells.add(at, value);
    return { level: 0, startAt, until, endAt: points.at(-1)?.at ?? 0, count: points.length, cells };
  };
  const nodes = [node(near, dawnOfTime, 1000), node(far, 1000, Infinity)];
  expect(nodes.map(({ cells }) => cells.width)).toEqual([1, 2048]);
  const source: PointSource = {
    count: all.length,
    dropped: true,
    recent: [],
    async *nodes(level, { from, to }) {
      for (const node of nodes) if (level === 0 && node.startAt <= to && node.until > from) yield node;
    },
    async *pieces() {},
  };
  const answer = await chartOf(source, { from: 0, to: 999, most: 7 });
  expect(answer.columns).toEqual(naive(all, { ...answer, from: instant(answer.from), to: instant(answer.to) }));
});

test('a thousand metrics of a run are charted, those that came first; the history has them all', async () => {
  const id = await process.aRun(actor);
  await process.runs.start(actor, { id });
  for (let batch = 0; batch < 3; batch++) {
    const named = (i: number) => `m${String(batch * 400 + i).padStart(4, '0')}`;
    const events = Array.from({ length: 400 }, (_, i): ReportedEvent => {
      return { kind: 'metric', name: named(i), value: i, unit: '', observedAt: instant(dawn) };
    });
    await process.runs.record(actor, { id, batch: `n${batch}`, events });
  }
  const known = async () => (await process.runs.telemetry(actor, { id })).metrics.map(({ name }) => name);
  expect([(await known()).length, (await known()).at(-1)]).toEqual([1000, 'm0999']);
  expect((await chart(id, { metric: 'm1000', columns: 1 })).columns).toEqual([]);
  await process.runs.finish(actor, { id, outcome: 'completed', reason: '' });
  await process.runs.packed();
  expect([(await known()).length, (await known()).at(-1)]).toEqual([1000, 'm0999']);
  expect(await process.connection.collection('run_roll_ups').distinct('metric', { runId: id })).toHaveLength(1000);
  const { items } = await process.runs.events(actor, { id, after: 1190, limit: 1000 });
  expect(items.some((event) => event.kind === 'metric' && event.name === 'm1199')).toBe(true);
}, 60_000);

test('points are dropped step by step, each going on where the one before ended', async () => {
  const { id } = await aLongRun(11, 120);
  await process.runs.packed();
  const having = () =>
    process.connection.collection('run_events').countDocuments({ runId: id, points: { $exists: true } });
  const { dropPoints } = mongoRunLog(process.connection);
  const next = await dropPoints(actor.orgId, id, 60 * 500 + 1);
  expect([next, await having()]).toEqual([null, 60]);
  // The first hundred batches: the start, and 99 of points.
  expect([await dropPoints(actor.orgId, id, 0), await having()]).toEqual([99 * 500 + 1, 0]);
}, 60_000);

test('a run that cannot be packed does not keep others from it, and the sweep says why', async () => {
  const { connection } = process;
  const broken = await aLongRun(9, 1);
  const other = await aLongRun(10, 1);
  for (const { id } of [broken, other]) await process.runs.finish(actor, { id, outcome: 'completed', reason: '' });
  await process.runs.packed();
  const summaries = connection.collection<{ _id: string; settled: boolean }>('run_telemetry');
  await summaries.updateMany({ _id: { $in: [broken.id, other.id] } }, { $set: { settled: false } });
  const log = mongoRunLog(connection);
  const stored: typeof log.stored = (orgId, runId, after) => {
    if (runId === broken.id) throw new Error('These points cannot be read.');
    return log.stored(orgId, runId, after);
  };
  const deps = { telemetry: mongoTelemetry(connection), repo: mongoRuns(connection) };
  const packer = telemetryPacker({ ...deps, log: { ...log, stored }, events: eventBus() });
  await expect(packer.sweep()).rejects.toThrow('These points cannot be read.');
  const settled = (id: string) => summaries.findOne({ _id: id }).then((row) => row?.settled);
  expect([await settled(broken.id), await settled(other.id)]).toEqual([false, true]);
  await process.runs.packRest();
}, 60_000);

test('runs that ended before anything was packed are packed by the first sweep of a process', async () => {
  const run = await aLongRun(12, 2);
  await process.runs.finish(actor, { id: run.id, outcome: 'completed', reason: '' });
  await process.runs.packed();
  const { connection } = process;
  await connection.collection<{ _id: string }>('run_telemetry').deleteOne({ _id: run.id });
  for (const name of ['run_roll_ups', 'run_points']) await connection.collection(name).deleteMany({ runId: run.id });
  await process.close();
  process = await runProcess(database.url);
  await process.runs.packRest();
  const summaries = process.connection.collection<{ _id: string }>('run_telemetry');
  expect(await summaries.findOne({ _id: run.id })).toMatchObject({ packedSeq: 1002, settled: true });
  await compareWindows(run, 13);
}, 60_000);

test('points of runs that ended long ago are dropped: the chart says so, and its columns still say what they said', async () => {
  const run = await aLongRun(7, 170);
  const { id, points } = run;
  const line: ReportedEvent = { kind: 'log', level: 'info', text: 'kept' };
  await process.runs.record(actor, { id, batch: 'line', events: [line] });
  await process.runs.finish(actor, { id, outcome: 'completed', reason: '' });
  await process.runs.packed();
  const other = await aLongRun(8, 2);

  let now = Date.now();
  const deps = { telemetry: mongoTelemetry(process.connection), log: mongoRunLog(process.connection) };
  const policies = async () => [{ orgId: actor.orgId, name: 'Lab', days: 30 }];
  const drop = pointRetention({ ...deps, policies, clock: () => new Date(now), trail: testTrail(process.connection) });
  await drop();
  expect((await chart(id, { columns: 2000, to: dawn + 10_000, from: dawn })).exact).toBe(true);
  now += 31 * 24 * 60 * 60 * 1000;
  await drop();
  await drop();

  const left = await process.connection.collection('run_points').countDocuments({ runId: id });
  const stored = await process.connection
    .collection('run_events')
    .countDocuments({ runId: id, points: { $exists: true } });
  expect([left, stored]).toEqual([0, 0]);
  const { items } = await process.runs.events(actor, { id, after: 0, limit: 1000 });
  expect(items.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['state', 1],
    ['log', 170 * 500 + 2],
    ['state', 170 * 500 + 3],
  ]);
  const { metrics } = await process.runs.telemetry(actor, { id });
  expect(metrics.map(({ count }) => count)).toEqual([1700, points.length]);
  for (const columns of [1, 30, 2000]) {
    const whole = await chart(id, { columns });
    expect(whole.exact).toBe(false);
    expect(whole.columns).toEqual(naive(points, whole));
    expect(whole.columns.reduce((sum, { count }) => sum + count, 0)).toBe(points.length);
    const part = await chart(id, { columns, from: run.last - 50_000, to: run.last });
    expect(part.columns).toEqual(naive(points, part));
  }
  const entries = process.connection
    .collection('audit')
    .find({ orgId: actor.orgId, action: 'organisation.drop-points' });
  expect(await entries.toArray()).toHaveLength(1);
  expect((await chart(other.id, { columns: 2000 })).exact).toBe(true);
}, 60_000);
