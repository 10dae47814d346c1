import { NewRun } from '@cobench/shared/runs/run';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { rulesOf } from '../../../test/laboratory.ts';
import { testTrail } from '../../../test/trail.ts';
import type { DomainEvent } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { connectMongo, createIndexes } from '../../platform/mongo/connect.ts';
import { newId } from '../../platform/new-id.ts';
import { instrumentService, mongoInstruments } from '../instruments/index.ts';
import { mongoProjects, projectService } from '../projects/index.ts';
import { NewSeries } from '@cobench/shared/series/series';
import { mongoAlerts } from '../alerts/index.ts';
import { mongoSpc, seriesService } from '../series/index.ts';
import { mongoRunLog, mongoRuns, mongoTelemetry, runService } from './index.ts';
import { runRecorder } from './run-recorder.ts';
import { reported } from './run.rules.ts';

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
async function aProcess(url: string, { feeds = true } = {}) {
  const connection = await connectMongo(url);
  const shared = { events: eventBus<DomainEvent>(), clock: () => new Date(), trail: testTrail(connection) };
  const members = { namesOf: async () => new Map<string, string>() };
  const projects = projectService({ repo: mongoProjects(connection), members, ...shared });
  const instruments = instrumentService({ repo: mongoInstruments(connection), members, ...shared });
  const references = { projects, instruments, ...shared };
  const repo = mongoSpc(connection);
  const runRows = mongoRuns(connection);
  return {
    connection,
    projects,
    runs: runService({
      repo: runRows,
      log: mongoRunLog(connection),
      telemetry: mongoTelemetry(connection),
      lockOutOf: async () => null,
      ...references,
    }),
    series: seriesService({
      repo,
      runs: {
        get: () => Promise.reject(new Error('not asked')),
        find: runRows.find,
        events: mongoRunLog(connection).after,
      },
      nameOwner: () => Promise.reject(new Error('not asked')),
      ...references,
      ...(!feeds && { events: eventBus<DomainEvent>() }),
    }),
    alerts: mongoAlerts(connection),
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
  const { id } = await runs.create(actor, NewRun.parse({ projectId, name: 'Run' }));
  return id;
}

test('of starts in two processes one wins', async () => {
  const { id: projectId } = await processes[0].projects.create(actor, { name: 'Starts', description: '' });
  const id = await aRun(projectId);
  const starts = await Promise.allSettled(processes.map(({ runs }) => runs.start(actor, { id })));
  expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect((await processes[1].runs.get(actor, { id })).lastSeq).toBe(1);
});

test('what a process has stored and told nobody of, as it ended, comes before what is sent next', async () => {
  const [{ projects, series, runs }] = processes;
  const { id: projectId } = await projects.create(actor, { name: 'Ended', description: '' });
  const source = { from: 'metric', metric: 'x' } as const;
  const limits = { from: 'given', center: 0, sigma: 1 } as const;
  const chart = await series.create(actor, NewSeries.parse({ projectId, name: 'Ended', source, limits }));
  const id = await aRun(projectId);
  await runs.start(actor, { id });
  await runs.record(actor, { id, batch: 'first', events: metrics([1, 2]) });
  const mute = await aProcess(database.url, { feeds: false });
  await mute.runs.record(actor, { id, batch: 'second', events: metrics([3, 4]) });
  const pointsNow = async () =>
    (await series.points(actor, { id: chart.id, limit: 100 })).items.map(({ value }) => value);
  expect(await pointsNow()).toEqual([1, 2]);

  await runs.record(actor, { id, batch: 'third', events: metrics([5]) });
  expect(await pointsNow()).toEqual([1, 2, 3, 4, 5]);
  await runs.record(actor, { id, batch: 'second', events: metrics([3, 4]) });
  expect(await pointsNow()).toEqual([1, 2, 3, 4, 5]);
  const younger = await series.create(actor, NewSeries.parse({ projectId, name: 'Younger', source, limits }));
  const again = await aProcess(database.url);
  await again.runs.record(actor, { id, batch: 'fourth', events: metrics([6]) });
  const { items } = await again.series.points(actor, { id: younger.id, limit: 100 });
  expect(items.map(({ value }) => value)).toEqual([6]);
  await Promise.all([mute, again].map(({ connection }) => connection.close()));
});

test('batches that two processes take at once, each sent to both, are numbered without gaps and none is doubled', async () => {
  const [{ projects, series }, other] = processes;
  const { id: projectId } = await projects.create(actor, { name: 'Batches', description: '' });
  const ids = await Promise.all([aRun(projectId), aRun(projectId)]);
  await Promise.all(ids.map((id) => other.runs.start(actor, { id })));
  const chart = await series.create(
    actor,
    NewSeries.parse({
      projectId,
      name: 'x',
      source: { from: 'metric', metric: 'x' },
      limits: { from: 'given', center: 0, sigma: 1 },
      rules: rulesOf('WE1'),
    }),
  );

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
  for (const id of ids) {
    const own = points.filter(({ runId }) => runId === id).map(({ value }) => Number(value));
    const expected = everyBatch.flatMap((batch) => [batch, 10]).toSorted((a, b) => a - b);
    expect(own.toSorted((a, b) => a - b)).toEqual(expected);
  }

  // Every point is judged once: the signals of all alerts are the points beyond the limits.
  const { items: alerts } = await other.alerts.list(actor, { limit: 200, seriesId: chart.id });
  const beyond = points.filter(({ value }) => Number(value) > 3).map(({ index }) => index);
  const signalled = alerts
    .flatMap(({ firstIndex, signals }) => Array.from({ length: signals }, (_, i) => firstIndex + i))
    .toSorted((a, b) => a - b);
  expect(signalled).toEqual(beyond);
  expect((await series.get(actor, { id: chart.id })).openAlerts).toBe(alerts.length);
});

test('a last batch that another process stores at the same moment is known, not refused', async () => {
  const [{ connection, projects }, other] = processes;
  const { id: projectId } = await projects.create(actor, { name: 'Ends', description: '' });
  const id = await aRun(projectId);
  await other.runs.start(actor, { id });
  const end = { id, batch: 'end', events: [{ kind: 'state', state: 'completed', reason: '' } as const] };
  const [runs, log] = [mongoRuns(connection), mongoRunLog(connection)];
  let meanwhile: Promise<unknown> = Promise.resolve();
  let after: () => Promise<unknown> = () => other.runs.record(actor, end);
  const recorder = runRecorder({
    repo: { ...runs, find: (...which) => meanwhile.then(() => runs.find(...which)) },
    log: {
      ...log,
      async batch(...which) {
        // The other process stores it when this one has seen that it is not there yet.
        const done = Promise.withResolvers<void>();
        meanwhile = done.promise;
        const known = await log.batch(...which);
        await after().finally(done.resolve);
        after = async () => {};
        return known;
      },
    },
    events: eventBus<DomainEvent>(),
  });
  const by = { id: actor.personId, name: actor.name, at: new Date() };
  const entry = { orgId: actor.orgId, runId: id, key: 'end', at: new Date() };
  const recorded = await recorder.record(entry, { outcomeFor: (run) => reported(run, end.events, by) });
  expect(recorded).toMatchObject({ duplicate: true, run: { state: 'completed', lastSeq: 2 } });
});
