import { NewPoint } from '@cobench/shared/series/point';
import { NewSeries } from '@cobench/shared/series/series';
import { computeLimits, evaluateRules } from '@cobench/shared/spc/index';
import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { testTrail } from '../../../test/trail.ts';
import type { DomainEvent } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { connectMongo, createIndexes } from '../../platform/mongo/connect.ts';
import { newId } from '../../platform/new-id.ts';
import { mongoAlerts } from '../alerts/index.ts';
import { instrumentService, mongoInstruments } from '../instruments/index.ts';
import { mongoProjects, projectService } from '../projects/index.ts';
import { mongoSpc, seriesService } from './index.ts';

const actor: Actor = {
  personId: newId(),
  name: 'Ann',
  orgId: newId(),
  hidden: new Set(),
  role: 'pi',
  via: { kind: 'session', sessionId: 's' },
};
let database: Awaited<ReturnType<typeof openTestDatabase>>;
const opened: Awaited<ReturnType<typeof connectMongo>>[] = [];

/** The services of one server process: nothing but the store is common. */
async function aProcess(beforeRecord: () => Promise<unknown> = async () => undefined) {
  const connection = await connectMongo(database.url);
  opened.push(connection);
  const { record, ...others } = testTrail(connection);
  const recordLate: typeof record = async (...told) => {
    await beforeRecord();
    return record(...told);
  };
  const trail = { ...others, record: recordLate };
  const shared = { events: eventBus<DomainEvent>(), clock: () => new Date(), trail };
  const members = { namesOf: async () => new Map<string, string>() };
  const projects = projectService({ repo: mongoProjects(connection), members, ...shared });
  const instruments = instrumentService({ repo: mongoInstruments(connection), members, ...shared });
  const none = () => Promise.reject(new Error('There are no runs.'));
  const runs = { get: none, find: async () => null, events: none };
  const series = seriesService({
    repo: mongoSpc(connection),
    projects,
    instruments,
    runs,
    nameOwner: async () => '',
    ...shared,
  });
  return { connection, projects, series, alerts: mongoAlerts(connection) };
}

beforeAll(async () => {
  database = await openTestDatabase();
  await createIndexes((await aProcess()).connection);
});
afterAll(async () => {
  await Promise.all(opened.map((connection) => connection.close()));
  await database.close();
});

const rules = ruleSets.nelson.map((rule) => ({ ...rule }));
async function aChart({ projects, series }: Awaited<ReturnType<typeof aProcess>>, over = {}): Promise<string> {
  const { id: projectId } = await projects.create(actor, { name: `Project ${newId()}`, description: '' });
  const limits = { from: 'baseline', points: 40 } as const;
  const input = { projectId, name: `Chart ${newId()}`, source: { from: 'points' }, limits, rules, ...over };
  return (await series.create(actor, NewSeries.parse(input))).id;
}
const brought = (values: readonly number[], from = 0) =>
  values.map((value, i) => NewPoint.parse({ items: [value], key: `point ${from + i}` }));
const values = Array.from({ length: 600 }, (_, i) => 10 + Math.sin(i * i) + (i > 400 && i < 440 ? 1.2 : 0));

/** Which points signal what when all of them are judged at once by the engine. */
function signalsAtOnce(data: readonly number[]): string[] {
  const limits = computeLimits({ chart: 'i', data, options: { baseline: 40 } });
  const at = (line: number | readonly number[]) => (typeof line === 'number' ? line : Number(line[0]));
  const [center, sigma, ucl, lcl] = [limits.center, limits.sigma, limits.ucl, limits.lcl].map(at) as [
    number,
    number,
    number,
    number,
  ];
  return evaluateRules({ values: data, center, sigma, ucl, lcl, ruleSet: 'nelson' }).map(
    ({ index, rule }) => `${index} ${rule}`,
  );
}

test('judged in pieces by processes that begin anew, points have the verdicts of all at once, and alerts are these', async () => {
  const id = await aChart(await aProcess());
  for (let from = 0; from < values.length; from += 37) {
    const { series } = await aProcess();
    const points = brought(values.slice(from, from + 37), from);
    await series.addPoints(actor, { id, points });
    // As whoever got no answer does.
    expect(await series.addPoints(actor, { id, points })).toMatchObject({ accepted: 0 });
  }
  const { series, alerts } = await aProcess();
  const { items } = await series.points(actor, { id, limit: 10_000 });
  expect(items.map(({ value }) => value)).toEqual(values);
  const expected = signalsAtOnce(values);
  expect(expected.length).toBeGreaterThan(20);
  expect(items.flatMap(({ index, rules: ids }) => ids.map((rule) => `${index} ${rule}`))).toEqual(expected);

  const { items: raised } = await alerts.list(actor, { limit: 200, seriesId: id });
  const told = raised.flatMap(({ rule, firstIndex, signals }) =>
    Array.from({ length: signals }, (_, i) => `${firstIndex + i} ${rule}`),
  );
  expect(told.toSorted()).toEqual(expected.toSorted());
  expect(await series.get(actor, { id })).toMatchObject({ pointCount: 600, openAlerts: raised.length });
});

test('points that two processes take at once, each of them sent to both, are there once and judged as they stand', async () => {
  const both = [await aProcess(), await aProcess()];
  const id = await aChart(both[0]!);
  const batches = Array.from({ length: 40 }, (_, i) => brought(values.slice(i * 10, i * 10 + 10), i * 10));
  const receipts = await Promise.all(
    batches.flatMap((points) => both.map(({ series }) => series.addPoints(actor, { id, points }))),
  );
  expect(receipts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(400);
  const { items } = await both[1]!.series.points(actor, { id, limit: 10_000 });
  expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 400 }, (_, i) => i));
  const stored = items.map(({ value }) => Number(value));
  expect(stored.toSorted((a, b) => a - b)).toEqual(values.slice(0, 400).toSorted((a, b) => a - b));
  const signals = items.flatMap(({ index, rules: ids }) => ids.map((rule) => `${index} ${rule}`));
  expect(signals).toEqual(signalsAtOnce(stored));
});

test('limits that one process changes judge what another takes at once', async () => {
  const both = [await aProcess(), await aProcess()] as const;
  const given = { from: 'given', center: 10, sigma: 1 } as const;
  const id = await aChart(both[0], { limits: given });
  const [one, other] = both.map(({ series }) => series);
  await one!.addPoints(actor, { id, points: brought([10, 10]) });
  const limits = { ...given, center: 50 };
  await other!.revise(actor, { id, revision: 0, reason: 'Moved', limits });
  await one!.addPoints(actor, { id, points: brought([50], 2) });
  const { items } = await other!.points(actor, { id, limit: 10 });
  expect(items.map(({ center, rules: ids }) => [center, ids.includes('N1')])).toEqual([
    [50, true],
    [50, true],
    [50, false],
  ]);
});

test('points that complete a new baseline while it is being asked for set its limits', async () => {
  const other = await aProcess();
  const id = await aChart(other, { limits: { from: 'given', center: 10, sigma: 1 } });
  await other.series.addPoints(actor, { id, points: brought([9, 10, 11, 10]) });
  const { series } = await aProcess(() => other.series.addPoints(actor, { id, points: brought([9, 11, 10], 4) }));
  await series.revise(actor, { id, revision: 0, reason: 'New tool', limits: { from: 'baseline', points: 6 } });
  const { items } = await series.points(actor, { id, limit: 10 });
  expect(items).toHaveLength(7);
  for (const { center } of items) expect(center).toBeCloseTo(10, 12);
});

test('many series that grow at once are stored together, and each is right', async () => {
  const process = await aProcess();
  const ids = [];
  for (let i = 0; i < 30; i++) ids.push(await aChart(process, { limits: { from: 'given', center: 10, sigma: 1 } }));
  for (let turn = 0; turn < 5; turn++) {
    const points = brought([10, 14 + turn], turn * 2);
    await Promise.all(ids.map((id) => process.series.addPoints(actor, { id, points })));
  }
  for (const id of ids) {
    const { items } = await process.series.points(actor, { id, limit: 100 });
    expect(items.map(({ value }) => value)).toEqual([10, 14, 10, 15, 10, 16, 10, 17, 10, 18]);
    expect((await process.series.get(actor, { id })).openAlerts).toBeGreaterThanOrEqual(5);
  }
});
