import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { ReportedEvent } from '@cobench/shared/runs/run-event';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal, type Caller } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, measured, nobodysId, record } from '../../../test/laboratory.ts';

const { log, logFile, telemetryFile, counts, recordResult, cancel } = runEndpoints;
let app: TestApp;
let lab: ReturnType<typeof laboratory>;
let machine: Caller;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
  machine = await lab.aMachine();
});
afterAll(() => app.close());
const viewer = () => app.as('viewer@acme.test');
const technician = () => app.as('technician@acme.test');
const stranger = () => app.as('admin@borealis.test');

const line = (text: string, level: 'info' | 'warning' | 'error' = 'info'): ReportedEvent => ({
  kind: 'log',
  level,
  text,
});
const texts = (part: { items: { kind: string; text?: string }[] }) => part.items.map(({ kind, text }) => text ?? kind);

/** A run with 30 lines, each between ten points; every fifth is a warning. Its start is event 1. */
async function aTalkingRun() {
  const run = await lab.aRunningRun();
  for (let i = 1; i <= 30; i++) {
    const said = line(`line ${i}`, i % 5 === 0 ? 'warning' : 'info');
    await record(machine, run.id, [...measured([1, 2, 3, 4, 5]), said, ...measured([6, 7, 8, 9, 10])]);
  }
  return run;
}

test('the log is read from its end backwards, and each part goes on where the last one ended', async () => {
  const { id } = await aTalkingRun();
  const newest = await call(await viewer(), log, { id, limit: 20 });
  expect([texts(newest).at(0), texts(newest).at(-1), newest.to]).toEqual(['line 11', 'line 30', newest.lastSeq]);
  const older = await call(await viewer(), log, { id, limit: 20, before: newest.from });
  expect([texts(older), older.from]).toEqual([['state', ...Array.from({ length: 10 }, (_, i) => `line ${i + 1}`)], 1]);
});

test('it is read forwards, too, and says how far it looked', async () => {
  const { id } = await aTalkingRun();
  const first = await call(await viewer(), log, { id, after: 0, limit: 3 });
  expect(texts(first)).toEqual(['state', 'line 1', 'line 2']);
  const rest = await call(await viewer(), log, { id, after: first.to, limit: 1000 });
  expect([texts(rest).at(0), texts(rest).at(-1), rest.to]).toEqual(['line 3', 'line 30', rest.lastSeq]);
  const none = await call(await viewer(), log, { id, after: rest.to });
  expect([none.items, none.to]).toEqual([[], rest.to]);
});

test('it is narrowed by levels and words; what is no log line stays whatever the level', async () => {
  const { id } = await aTalkingRun();
  const warnings = await call(await viewer(), log, { id, levels: 'warning,error' });
  expect(texts(warnings)).toEqual(['state', ...[5, 10, 15, 20, 25, 30].map((i) => `line ${i}`)]);
  const none = await call(await viewer(), log, { id, levels: '' });
  expect(texts(none)).toEqual(['state']);
  const found = await call(await viewer(), log, { id, q: 'LINE 2', limit: 1 });
  expect(texts(found)).toEqual(['line 29']);
  const words = await call(await viewer(), log, { id, q: 'started the run' });
  expect(texts(words)).toEqual(['state']);
});

test('batches of points alone are passed over by an index, and those from before they were marked still are', async () => {
  const { id } = await lab.aRunningRun();
  for (let i = 0; i < 3; i++) await record(machine, id, measured([1, 2]));
  await record(machine, id, [...measured([3]), line('said')]);
  const rows = app.connection.collection('run_events');
  expect(await rows.countDocuments({ runId: id, onlyPoints: null })).toBe(2);
  const wanted = { runId: id, lastSeq: { $lt: 9 }, onlyPoints: null, events: { $ne: [] } };
  const plan = await rows.find(wanted).sort({ lastSeq: -1 }).explain();
  expect(JSON.stringify(plan)).toContain('runId_1_onlyPoints_1_lastSeq_1');
  expect(JSON.stringify(plan)).not.toContain('SORT');
  expect(texts(await call(await viewer(), log, { id }))).toEqual(['state', 'said']);
  await rows.updateMany({ runId: id }, { $unset: { onlyPoints: 1 } });
  expect(texts(await call(await viewer(), log, { id }))).toEqual(['state', 'said']);
});

test('what it may be asked for is checked', async () => {
  const { id } = await lab.aRun();
  const problem = await refusal(await viewer(), log, { id, levels: 'loud', before: -1 });
  expect(problem.errors?.map(({ pointer }) => pointer).toSorted((a, b) => a.localeCompare(b))).toEqual([
    '/before',
    '/levels/0',
  ]);
});

test('a run without a history has an empty log', async () => {
  const { id } = await lab.aRun();
  expect(await call(await viewer(), log, { id })).toEqual({ items: [], from: 1, to: 0, lastSeq: 0 });
  expect(await call(await viewer(), logFile, { id })).toBe('');
});

test('the log is kept as text and as events', async () => {
  const { id } = await lab.aRunningRun();
  const observedAt = '2026-11-21T08:00:00.000Z';
  await record(machine, id, [{ ...line('Plasma on\nat 300 W', 'warning'), observedAt }, ...measured([1])]);
  const result = { name: 'Depth', value: 95, unit: 'nm', tolerance: { lower: 90, upper: 110 } };
  await call(await technician(), recordResult, { id, result });
  const text = await call(await viewer(), logFile, { id });
  expect(text.split('\n').slice(1, -1)).toEqual([
    '2026-11-21T08:00:00.000Z  WARNING  Plasma on',
    '    at 300 W',
    expect.stringMatching(/^\S+Z {2}RESULT {3}.+ recorded Depth: 95 nm, within 90 to 110 nm$/),
  ]);
  const events = await call(await viewer(), logFile, { id, format: 'json' });
  const kinds = events.split('\n').slice(0, -1);
  expect(kinds.map((one) => (JSON.parse(one) as { kind: string }).kind)).toEqual(['state', 'log', 'result']);
});

test('the points are kept as a table, of one metric or of all, and none is a formula', async () => {
  const { id } = await lab.aRunningRun();
  const observedAt = '2026-11-21T08:00:00.000Z';
  await record(machine, id, [
    { kind: 'metric', name: 'Flow', value: 1.5, unit: '=A1', observedAt },
    line('between'),
    { kind: 'metric', name: 'Pressure', value: -2, unit: 'mTorr', observedAt },
  ]);
  expect(await call(await viewer(), telemetryFile, { id })).toBe(
    `seq,at,metric,unit,value\n2,${observedAt},Flow,'=A1,1.5\n4,${observedAt},Pressure,mTorr,-2\n`,
  );
  expect(await call(await viewer(), telemetryFile, { id, metric: 'Pressure' })).toBe(
    `seq,at,metric,unit,value\n4,${observedAt},Pressure,mTorr,-2\n`,
  );
});

test('neither log nor files exist for another organisation, or where there is no run', async () => {
  const { id } = await lab.aRun();
  for (const endpoint of [log, logFile, telemetryFile]) {
    expect((await refusal(await stranger(), endpoint, { id })).status).toBe(404);
    expect((await refusal(await viewer(), endpoint, { id: nobodysId })).status).toBe(404);
  }
});

test('runs are counted by state, as a list with the same choice would show them', async () => {
  const { id: projectId } = await lab.aProject();
  await lab.aRun({ projectId, name: 'Etch 1' });
  await lab.aRunningRun({ projectId, name: 'Etch 2' });
  const { id } = await lab.aRun({ projectId, name: 'Anneal' });
  await call(await technician(), cancel, { id });
  const none = { pending: 0, queued: 0, blocked: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  expect(await call(await viewer(), counts, { projectId })).toEqual({ ...none, pending: 1, running: 1, cancelled: 1 });
  expect(await call(await viewer(), counts, { projectId, q: 'etch' })).toEqual({ ...none, pending: 1, running: 1 });
  expect(await call(await viewer(), counts, { projectId, createdBy: nobodysId })).toEqual(none);
  expect(await call(await stranger(), counts, { projectId })).toEqual(none);
});

test('the alerts of one run are listed alone', async () => {
  const { projectId } = await lab.aSeries();
  const [one, other] = [await lab.aRunningRun({ projectId }), await lab.aRunningRun({ projectId })];
  await record(machine, one.id, measured([99]));
  await record(machine, other.id, measured([1]));
  const { items } = await call(await viewer(), alertEndpoints.list, { runId: one.id });
  expect(items.map(({ runId, value }) => [runId, value])).toEqual([[one.id, 99]]);
});
