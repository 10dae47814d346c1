import type { RunEvent } from '@cobench/shared/runs/run-event';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { FakeLiveSocket, liveOver } from '../../../test/fake-live-socket.ts';
import { aLogLine, aPoint, aRun, logPart } from '../../../test/lab-records.ts';
import { anId, aProject } from '../../../test/records.ts';
import { RunPage } from './run-page.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const at = '2026-11-21T10:00:00.000Z';
const seqs = (page: RunPage) => page.log.lines.map(({ seq }) => seq);
const values = (page: RunPage, name = 'Pressure') =>
  page.telemetry.columnsOf(name).shown.columns.map(({ mean }) => mean);

/** A run with a stored history of one log line and one metric point, alternating. */
async function opened(history: RunEvent[] = [aLogLine(1), aPoint(2, 20), aLogLine(3)]) {
  let stored = history;
  const ways = {
    [`GET /api/v1/runs/${anId(1)}`]: () => aRun({ state: 'running', lastSeq: stored.length }),
    [`GET /api/v1/runs/${anId(1)}/telemetry`]: () => ({
      metrics: [{ name: 'Pressure', unit: 'mTorr', count: 1, firstAt: at, lastAt: at, lastValue: 1 }],
      lastSeq: stored.length,
    }),
    [`GET /api/v1/runs/${anId(1)}/telemetry/columns`]: ({ url }: { url: string }) => ({
      metric: 'Pressure',
      unit: 'mTorr',
      from: at,
      to: at,
      width: 1,
      exact: true,
      columns: stored.filter((event) => event.kind === 'metric' && url.includes(event.name)).flatMap(column),
      lastSeq: stored.length,
    }),
    [`GET /api/v1/runs/${anId(1)}/log`]: ({ url }: { url: string }) => logPart(stored, url),
  };
  const sent = answers(ways);
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  socket.up();
  const page = new RunPage(anId(1), live);
  const leave = page.follow();
  await expect.poll(() => socket.sent.length).toBe(1);
  for (const name of ['Pressure', 'Flow']) page.telemetry.columnsOf(name).want({ from: null, to: null, keep: null });
  await expect.poll(() => page.telemetry.columnsOf('Flow').loading).toBe(false);
  return { page, socket, leave, sent, ways, store: (events: RunEvent[]) => (stored = events) };
}

const column = (event: RunEvent) => {
  if (event.kind !== 'metric') return [];
  const { value } = event;
  return [{ at: event.at, min: value, max: value, mean: value, count: 1 }];
};
const asked = (socket: FakeLiveSocket) => socket.sent.map(([event, request]) => [event, request]);
const say = (socket: FakeLiveSocket, ...events: RunEvent[]) => socket.say('run.recorded', { runId: anId(1), events });

test('the history is fetched, then what comes after it is asked for', async () => {
  const { page, socket } = await opened();
  expect([page.run?.name, seqs(page), values(page)]).toEqual(['Etch 12', [1, 3], [20]]);
  expect(asked(socket)).toEqual([['watch.run', { id: anId(1), after: 3 }]]);
});

test('what was missed between fetching and watching, and what arrives live, is shown once and in order', async () => {
  const { page, socket } = await opened();
  say(socket, aPoint(5, 22), aLogLine(6));
  socket.answer({ ok: true, missed: [aPoint(4, 21), aPoint(5, 22)] });
  say(socket, aLogLine(6), aPoint(7, 23));
  expect([seqs(page), values(page)]).toEqual([
    [1, 3, 6],
    [20, 21, 22, 23],
  ]);
});

test('events that overtake one another are put right', async () => {
  const { page, socket } = await opened();
  socket.answer({ ok: true, missed: [] });
  say(socket, aPoint(5, 22));
  say(socket, aPoint(4, 21));
  expect(asked(socket).at(-1)).toEqual(['watch.run', { id: anId(1), after: 3 }]);
  socket.answer({ ok: true, missed: [aPoint(4, 21), aPoint(5, 22)] });
  say(socket, aPoint(6, 23));
  expect(values(page)).toEqual([20, 21, 22, 23]);
});

test('a lost connection leaves no gap and doubles nothing; the run itself is read again', async () => {
  const { page, socket, ways } = await opened();
  socket.answer({ ok: true, missed: [aPoint(4, 21)] });
  socket.drop();
  ways[`GET /api/v1/runs/${anId(1)}`] = () => aRun({ state: 'completed', lastSeq: 6, version: 3 });
  socket.up();
  expect(asked(socket).at(-1)).toEqual(['watch.run', { id: anId(1), after: 4 }]);
  socket.answer({ ok: true, missed: [aPoint(5, 22), aLogLine(6)] });
  expect([seqs(page), values(page)]).toEqual([
    [1, 3, 6],
    [20, 21, 22],
  ]);
  await expect.poll(() => page.run?.state).toBe('completed');
});

test('where too much was missed the history is fetched again, and the watch goes on after it', async () => {
  const { page, socket, store } = await opened();
  store([aLogLine(1), aPoint(2, 20), aLogLine(3), aPoint(4, 30), aLogLine(5)]);
  socket.answer({ ok: true, reload: true });
  await expect.poll(() => asked(socket).at(-1)).toEqual(['watch.run', { id: anId(1), after: 5 }]);
  socket.answer({ ok: true, missed: [aPoint(6, 31)] });
  await expect.poll(() => values(page)).toEqual([20, 30, 31]);
  expect(seqs(page)).toEqual([1, 3, 5]);
});

test('a reload that fails is told, and trying again starts afresh', async () => {
  const { page, socket, ways } = await opened();
  const telemetry = ways[`GET /api/v1/runs/${anId(1)}/telemetry`];
  ways[`GET /api/v1/runs/${anId(1)}/telemetry`] = (() => refusal('service.unavailable')) as never;
  socket.answer({ ok: true, reload: true });
  await expect.poll(() => page.problem?.type).toBe('service.unavailable');
  ways[`GET /api/v1/runs/${anId(1)}/telemetry`] = telemetry as never;
  await page.load();
  expect([page.problem, asked(socket).at(-1)]).toEqual([null, ['watch.run', { id: anId(1), after: 3 }]]);
});

test('a run that is not there is said so', async () => {
  answers({
    [`GET /api/v1/runs/${anId(1)}`]: () => refusal('resource.missing'),
    [`GET /api/v1/runs/${anId(1)}/telemetry`]: () => refusal('resource.missing'),
  });
  const page = new RunPage(anId(1), liveOver(new FakeLiveSocket()));
  page.follow();
  await expect.poll(() => page.problem?.type).toBe('resource.missing');
});

test('an older copy of the run never replaces a newer one', async () => {
  const { page, socket } = await opened();
  socket.say('run.changed', aRun({ state: 'running', lastSeq: 9, version: 4, progress: 0.5, heartbeatAt: at }));
  socket.say('run.changed', aRun({ state: 'running', lastSeq: 8, version: 4, progress: 0.4, heartbeatAt: at }));
  socket.say('run.changed', aRun({ id: anId(2), lastSeq: 99, version: 9 }));
  expect([page.run?.progress, page.run?.id]).toEqual([0.5, anId(1)]);
});

test('a metric that starts later gets its own curve', async () => {
  const { page, socket } = await opened();
  socket.answer({ ok: true, missed: [aPoint(4, 1.5, 'Flow'), aPoint(5, 21), aPoint(6, 1.6, 'Flow')] });
  expect([values(page, 'Flow'), values(page)]).toEqual([
    [1.5, 1.6],
    [20, 21],
  ]);
});

test('leaving ends the watch', async () => {
  const { socket, leave } = await opened();
  leave();
  expect(socket.sent.at(-1)).toEqual(['unwatch', { kind: 'run', id: anId(1) }]);
});

test('a run that is deleted with its project stays to be read, and comes back with it', async () => {
  const { page, socket, ways } = await opened();
  answers({ ...ways, [`GET /api/v1/runs/${anId(1)}`]: () => refusal('resource.missing') });
  socket.say('project.deleted', { id: aRun().projectId });
  await expect.poll(() => page.gone).toBe(true);
  expect([page.missing, page.run?.name, seqs(page)]).toEqual([false, 'Etch 12', [1, 3]]);
  answers(ways);
  socket.say('project.changed', aProject({ id: aRun().projectId }));
  await expect.poll(() => page.gone).toBe(false);
});

test('a run of a project that one does not see any more is not there, and is again with it', async () => {
  const { page, socket, ways } = await opened();
  socket.say('session.projects', { lost: [anId(55)] });
  expect(page.run?.name).toBe('Etch 12');
  const missing = () => refusal('resource.missing');
  answers(Object.fromEntries(Object.keys(ways).map((way) => [way, missing])));
  socket.say('session.projects', { lost: [aRun().projectId] });
  expect(page.run).toBe(null);
  await expect.poll(() => page.missing).toBe(true);
  answers(ways);
  socket.say('session.projects', { lost: [] });
  await expect.poll(() => page.run?.name).toBe('Etch 12');
  expect([page.missing, page.gone]).toEqual([false, false]);
});
