import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { testTrail } from '../../../test/trail.ts';
import type { DomainEvent } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { connectMongo, createIndexes } from '../../platform/mongo/connect.ts';
import { newId } from '../../platform/new-id.ts';
import { instrumentService, mongoInstruments } from '../instruments/index.ts';
import { mongoProjects, projectService } from '../projects/index.ts';
import { alertService, mongoSpc, seriesService } from '../series/index.ts';
import { mongoRunLog, mongoRuns, runService } from './index.ts';

type Process = Awaited<ReturnType<typeof aProcess>>;
const actor: Actor = {
  personId: newId(),
  name: 'Ann',
  orgId: newId(),
  hidden: new Set(),
  role: 'pi',
  via: { kind: 'session', sessionId: 's' },
};
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let processes: [Process, Process];

/** The services of one server process: its own connection, events and queues; only the store is common. */
async function aProcess(url: string) {
  const connection = await connectMongo(url);
  const shared = { events: eventBus<DomainEvent>(), clock: () => new Date(), trail: testTrail(connection) };
  const projects = projectService({
    repo: mongoProjects(connection),
    members: { namesOf: async () => new Map() },
    ...shared,
  });
  const instruments = instrumentService({ repo: mongoInstruments(connection), ...shared });
  const references = { projects, instruments, ...shared };
  const repo = mongoSpc(connection);
  return {
    connection,
    projects,
    runs: runService({ repo: mongoRuns(connection), log: mongoRunLog(connection), ...references }),
    series: seriesService({ repo, ...references }),
    alerts: alertService({ repo, ...shared }),
  };
}

beforeAll(async () => {
  database = await openTestDatabase();
  processes = await Promise.all([aProcess(database.url), aProcess(database.url)]);
  await createIndexes(processes[0].connection);
});
afterAll(async () => {
  await Promise.all(processes.map(({ connection }) => connection.close()));
  await database.close();
});

const [both, count] = [[0, 1] as const, 30];
const everyBatch = Array.from({ length: count }, (_, i) => i);
const metrics = (values: number[]) => values.map((value) => ({ kind: 'metric', name: 'x', value, unit: '' }) as const);

async function aRun(projectId: string): Promise<string> {
  const [{ runs }] = processes;
  const input = { projectId, name: 'Run', description: '', instrumentId: null };
  const { id } = await runs.create(actor, input);
  return id;
}

test('of starts in two processes one wins', async () => {
  const { id: projectId } = await processes[0].projects.create(actor, { name: 'Starts', description: '' });
  const id = await aRun(projectId);
  const starts = await Promise.allSettled(processes.map(({ runs }) => runs.start(actor, { id })));
  expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect((await processes[1].runs.get(actor, { id })).lastSeq).toBe(1);
});

test('batches that two processes take at once, each sent to both, are numbered without gaps and none is doubled', async () => {
  const [{ projects, series }, other] = processes;
  const { id: projectId } = await projects.create(actor, { name: 'Batches', description: '' });
  const ids = await Promise.all([aRun(projectId), aRun(projectId)]);
  await Promise.all(ids.map((id) => other.runs.start(actor, { id })));
  const chart = await series.create(actor, {
    projectId,
    instrumentId: null,
    name: 'x',
    metric: 'x',
    unit: '',
    limitSource: { from: 'given', center: 0, sigma: 1 },
    rules: ['WE1'],
  });

  const receipts = await Promise.all(
    ids.flatMap((id) =>
      everyBatch.flatMap((batch) =>
        both.map((one) => processes[one].runs.record(actor, { id, batch: `b${batch}`, events: metrics([batch, 10]) })),
      ),
    ),
  );
  expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(2 * count);

  for (const id of ids) {
    const { items } = await other.runs.events(actor, { id, after: 0, limit: 1000 });
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 1 + 2 * count }, (_, i) => i + 1));
    const firsts = items.flatMap((event) => (event.kind === 'metric' && event.value !== 10 ? [event.value] : []));
    expect(firsts.toSorted((a, b) => a - b)).toEqual(everyBatch.filter((value) => value !== 10));
  }
  const { items: points } = await other.series.points(actor, { id: chart.id, limit: 1000 });
  expect(points.map(({ index }) => index)).toEqual(Array.from({ length: 4 * count }, (_, i) => i));
  expect(new Set(points.map(({ runId, runSeq }) => `${runId}/${runSeq}`)).size).toBe(4 * count);

  // Every point is judged once: the signals of all alerts are the points beyond the limits.
  const { items: alerts } = await other.alerts.list(actor, { limit: 200, seriesId: chart.id });
  const beyond = points.filter(({ value }) => value > 3).map(({ index }) => index);
  const signalled = alerts
    .flatMap(({ firstIndex, signals }) => Array.from({ length: signals }, (_, i) => firstIndex + i))
    .toSorted((a, b) => a - b);
  expect(signalled).toEqual(beyond);
  expect((await series.get(actor, { id: chart.id })).openAlerts).toBe(alerts.length);
});

test('of two acknowledgements in two processes the first is recorded, and counted once', async () => {
  const [one, other] = processes;
  const { items } = await one.alerts.list(actor, { limit: 200, state: 'open' });
  const alert = items[0]!;
  const before = await one.series.get(actor, { id: alert.seriesId });
  const answers = await Promise.all([
    one.alerts.acknowledge(actor, { id: alert.id, comment: 'one' }),
    other.alerts.acknowledge(actor, { id: alert.id, comment: 'other' }),
  ]);
  expect(answers[0]).toEqual(answers[1]);
  expect((await other.series.get(actor, { id: alert.seriesId })).openAlerts).toBe(before.openAlerts - 1);
});
