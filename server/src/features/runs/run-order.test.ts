import type { RunReceipt } from '@cobench/shared/runs/ingest';
import type { ReportedEvent, RunEvent } from '@cobench/shared/runs/run-event';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/database.ts';
import { aLeader, runProcess } from '../../../test/run-process.ts';
import { dice } from '../../../test/collab/dice.ts';
import { Fault } from '../../platform/fault.ts';
import { createIndexes } from '../../platform/mongo/connect.ts';
import { mongoRunLog, mongoRuns } from './index.ts';
import { orderedIngest } from './ordered-ingest.ts';
import { runRecorder } from './run-recorder.ts';
import { afterGivingUp, afterTaking, newSender, standingOf } from './sender-state.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let process: Awaited<ReturnType<typeof runProcess>>;
let now = new Date('2026-11-21T12:00:00.000Z');
const actor = aLeader();
const begin = () => runProcess(database.url, () => now);
beforeAll(async () => {
  database = await openTestDatabase();
  process = await begin();
  await createIndexes(process.connection);
});
afterAll(async () => {
  await process.close();
  await database.close();
});

const point = (value: number): ReportedEvent => ({ kind: 'metric', name: 'x', value, unit: '' });
/** Batch 1 starts the run, each other one says its number. */
const contentOf = (number: number): ReportedEvent[] =>
  number === 1 ? [{ kind: 'state', state: 'running', reason: '' }, point(1)] : [point(number)];
const send = (id: string, number: number, sender = 'tool'): Promise<RunReceipt> =>
  process.runs.record(actor, { id, batch: `${sender} ${number}`, sender, number, events: contentOf(number) });
const history = async (id: string): Promise<RunEvent[]> =>
  (await process.runs.events(actor, { id, after: 0, limit: 1000 })).items;
const values = async (id: string): Promise<number[]> =>
  (await history(id)).flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
const later = (seconds: number): void => void (now = new Date(now.getTime() + seconds * 1000));
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

async function inTurnUpTo(last: number): Promise<string> {
  const id = await process.aRun(actor);
  for (const number of upTo(last)) await send(id, number);
  return id;
}

test('[IN4] a batch that comes early waits for the one before it, and is stored after it', async () => {
  const id = await inTurnUpTo(1);
  expect(await send(id, 4)).toEqual({ lastSeq: 2, stored: 0, duplicate: false, missing: [2, 3] });
  expect(await send(id, 3)).toEqual({ lastSeq: 2, stored: 0, duplicate: false, missing: [2] });
  expect(await send(id, 3)).toEqual({ lastSeq: 2, stored: 0, duplicate: true, missing: [2] });
  expect(await values(id)).toEqual([1]);
  expect(await send(id, 2)).toEqual({ lastSeq: 3, stored: 1, duplicate: false, missing: [] });
  expect(await values(id)).toEqual([1, 2, 3, 4]);
  expect(await send(id, 4)).toEqual({ lastSeq: 5, stored: 1, duplicate: true, missing: [] });
  expect(await values(id)).toEqual([1, 2, 3, 4]);
});

test('a run is started by its first batch although others came before it', async () => {
  const id = await process.aRun(actor);
  expect(await send(id, 2)).toMatchObject({ stored: 0, missing: [1] });
  expect(await history(id)).toEqual([]);
  await send(id, 1);
  expect(await values(id)).toEqual([1, 2]);
});

test('what was cut short before those that wait were stored goes on with whatever comes next', async () => {
  const id = await inTurnUpTo(1);
  await send(id, 3);
  let falls = true;
  process.events.on('run.recorded', () => {
    if (falls) throw new Error('The process fell.');
  });
  await expect(send(id, 2)).rejects.toThrow('The process fell.');
  falls = false;
  expect(await values(id)).toEqual([1, 2]);
  await send(id, 5);
  expect(await values(id)).toEqual([1, 2, 3]);
  await send(id, 4);
  expect(await values(id)).toEqual([1, 2, 3, 4, 5]);
});

test.each(['the next batch', 'the sweep'])(
  'a batch that waited and was stored when the process fell is told again by %s, and then no more',
  async (by) => {
    const id = await inTurnUpTo(1);
    await send(id, 3);
    let falls = true;
    const told: number[] = [];
    const listen = () =>
      process.events.on('run.recorded', ({ run, events }) => {
        const points = events.flatMap((event) => (event.kind === 'metric' ? [event.value] : []));
        if (run.id !== id) return;
        if (falls && points.includes(3)) throw new Error('The process fell.');
        told.push(...points);
      });
    listen();
    await expect(send(id, 2)).rejects.toThrow('The process fell.');
    expect(await values(id)).toEqual([1, 2, 3]);
    expect(told).toEqual([2]);
    await process.close();
    process = await begin();
    falls = false;
    listen();
    if (by === 'the sweep') await process.runs.sweep();
    await send(id, 4);
    await process.runs.sweep();
    expect(told).toEqual([2, 3, 4]);
    expect(await values(id)).toEqual([1, 2, 3, 4]);
    expect(await process.connection.collection('run_waiting').countDocuments({ runId: id })).toBe(0);
  },
);

test('senders of one run do not wait for each other', async () => {
  const id = await inTurnUpTo(1);
  await send(id, 3);
  const other = { id, batch: 'other', sender: 'other tool', number: 1, events: [point(100)] };
  expect(await process.runs.record(actor, other)).toMatchObject({ stored: 1, missing: [] });
  expect(await values(id)).toEqual([1, 100]);
});

test('a heartbeat may have a number too, and the order goes on after it', async () => {
  const id = await inTurnUpTo(1);
  const beat = { id, batch: 'beat', sender: 'tool', number: 2, events: [] };
  await send(id, 3);
  expect(await process.runs.record(actor, beat)).toMatchObject({ stored: 0, duplicate: false, missing: [] });
  expect(await values(id)).toEqual([1, 3]);
  expect(await process.runs.record(actor, beat)).toMatchObject({ stored: 0, duplicate: true });
});

test('[IN4] at most 64 batches wait, and the refusal names the one that is missing', async () => {
  const id = await inTurnUpTo(1);
  for (const number of upTo(64)) await send(id, number + 2);
  await expect(send(id, 67)).rejects.toMatchObject({
    code: 'state.conflict',
    detail: 'Batch 2 of tool is missing, and 64 batches wait for it. Send it first.',
  });
  expect((await send(id, 66)).missing).toEqual([2]);
  await send(id, 2);
  expect(await values(id)).toEqual(upTo(66));
  expect((await send(id, 200)).missing).toEqual(Array.from({ length: 50 }, (_, i) => 67 + i));
});

test('[IN4] what does not come within a minute is given up, said in the history, and still taken when it comes', async () => {
  const id = await inTurnUpTo(1);
  await send(id, 4);
  await send(id, 6);
  later(59);
  await process.runs.sweep();
  expect(await values(id)).toEqual([1]);
  later(1);
  await process.runs.sweep();
  expect(await values(id)).toEqual([1, 4, 6]);
  expect((await history(id)).filter(({ kind }) => kind === 'gap')).toMatchObject([
    { sender: 'tool', from: 2, to: 3, seq: 3 },
    { sender: 'tool', from: 5, to: 5, seq: 5 },
  ]);
  expect((await send(id, 7)).missing).toEqual([2, 3, 5]);
  expect(await send(id, 3)).toMatchObject({ stored: 1, duplicate: false, missing: [2] });
  expect(await send(id, 3)).toMatchObject({ stored: 1, duplicate: true });
  expect(await send(id, 2)).toMatchObject({ stored: 1, missing: [] });
  expect(await values(id)).toEqual([1, 4, 6, 7, 3, 2]);
});

test('runs of a deleted project, and one that fails, keep no other run from being looked after', async () => {
  const [hidden, failing, id] = [await inTurnUpTo(1), await inTurnUpTo(1), await inTurnUpTo(1)];
  for (const each of [hidden, failing, id]) await send(each, 3);
  const { projectId } = await process.runs.get(actor, { id: hidden });
  await process.projects.remove(actor, { id: projectId });
  let fails = true;
  process.events.on('run.recorded', ({ run }) => {
    if (fails && run.id === failing) throw new Error('Its listener fell.');
  });
  later(60);
  await expect(process.runs.sweep()).rejects.toThrow('1 senders of batches were not served');
  expect(await values(id)).toEqual([1, 3]);
  fails = false;
  await process.runs.sweep();
  expect(await values(failing)).toEqual([1, 3]);
  await process.projects.restore(actor, { id: projectId });
  await process.runs.sweep();
  expect(await values(hidden)).toEqual([1, 3]);
});

test('when a person ends the run, what waits is in its history before the end', async () => {
  const id = await inTurnUpTo(1);
  await send(id, 3);
  await process.runs.finish(actor, { id, outcome: 'completed', reason: '' });
  const kinds = (await history(id)).slice(2).map(({ kind }) => kind);
  expect(kinds).toEqual(['gap', 'metric', 'state']);
  await expect(send(id, 5)).rejects.toMatchObject({ code: 'state.conflict' });
});

test('a run takes batches of at most 100 senders', async () => {
  const id = await inTurnUpTo(1);
  const beat = (sender: string) => process.runs.record(actor, { id, batch: sender, sender, number: 1, events: [] });
  for (const number of upTo(99)) await beat(`other ${number}`);
  await expect(beat('late comer')).rejects.toMatchObject({
    code: 'state.conflict',
    detail: 'A run has at most 100 senders, and late comer is one more. Number on as one of those before.',
  });
  expect(await send(id, 2)).toMatchObject({ stored: 1 });
});

test('of a sender with many gaps the oldest are kept as one, and whatever of it comes late is still taken once', () => {
  const gaps = upTo(64).map((number) => ({ from: 2 * number, to: 2 * number }));
  const state = { ...newSender('tool'), next: 130, gaps };
  const { gaps: kept } = afterGivingUp(state, { from: 130, to: 131 });
  expect(kept).toHaveLength(64);
  expect(kept.slice(0, 2)).toEqual([
    { from: 2, to: 4 },
    { from: 6, to: 6 },
  ]);
  expect(kept.at(-1)).toEqual({ from: 130, to: 131 });
  const late = afterTaking({ ...state, gaps: kept }, 3);
  expect(late.gaps).toEqual(kept);
  expect(standingOf(late, 2)).toBe('late');
});

test.each(['at once', 'after it waited'])(
  'when a sender ends the run %s, what others have waiting is in its history before the end',
  async (when) => {
    const id = await inTurnUpTo(1);
    await process.runs.record(actor, { id, batch: 'hello', sender: 'other', number: 1, events: [] });
    await send(id, 3, 'other');
    const end = { kind: 'state', state: 'completed', reason: '' } as const;
    const finish = (number: number) =>
      process.runs.record(actor, { id, batch: 'end', sender: 'tool', number, events: [end] });
    if (when === 'at once') await finish(2);
    else {
      await finish(3);
      await send(id, 2);
    }
    const [gap, late, last] = (await history(id)).slice(-3);
    expect([gap, late, last]).toMatchObject([{ kind: 'gap', sender: 'other' }, { value: 3 }, { state: 'completed' }]);
  },
);

test('an end that is refused gives up nothing that waits', async () => {
  const id = await process.aRun(actor);
  await send(id, 2);
  const finish = process.runs.finish(actor, { id, outcome: 'completed', reason: '' });
  await expect(finish).rejects.toMatchObject({ code: 'state.conflict' });
  await send(id, 1);
  expect(await values(id)).toEqual([1, 2]);
});

test('a waiting batch that only met another change stays, and is stored the next time', async () => {
  const id = await inTurnUpTo(1);
  const { connection, events } = process;
  const [repo, log, clock] = [mongoRuns(connection), mongoRunLog(connection), () => now];
  const recorder = runRecorder({ repo, log, events });
  const take = () => Promise.reject(new Fault('edit.conflict'));
  await send(id, 3);
  const ordered = orderedIngest({ repo, order: log.order, recorder, clock, take });
  const seen = await log.order.find(actor.orgId, id, 'tool');
  await log.order.step(actor.orgId, id, { seen, to: { ...seen, next: 3 } });
  await expect(ordered.waitNoLonger(actor.orgId, id)).rejects.toMatchObject({ code: 'edit.conflict' });
  await process.runs.sweep();
  expect(await values(id)).toEqual([1, 3]);
});

test('what the run does not allow any more when its turn comes leaves a warning', async () => {
  const id = await inTurnUpTo(1);
  await send(id, 3);
  const end: ReportedEvent = { kind: 'state', state: 'completed', reason: '' };
  await process.runs.record(actor, { id, batch: 'end', sender: 'tool', number: 2, events: [end] });
  expect((await history(id)).at(-1)).toMatchObject({
    kind: 'log',
    level: 'warning',
    text: expect.stringContaining('Batch 3 of tool with 1 events was not stored. Only a running run takes events.'),
  });
  expect(await send(id, 3)).toMatchObject({ duplicate: true });
});

test('of two processes that are told the same batches each is stored once, in order', async () => {
  const other = await begin();
  const id = await inTurnUpTo(1);
  const numbers = upTo(30).map((number) => number + 1);
  await Promise.all(
    numbers.flatMap((number) =>
      [process, other].map(({ runs }) =>
        runs.record(actor, { id, batch: `tool ${number}`, sender: 'tool', number, events: contentOf(number) }),
      ),
    ),
  );
  await process.runs.sweep();
  expect(await values(id)).toEqual(upTo(31));
  await other.close();
});

describe.each(upTo(12))('seed %i', (seed) => {
  test('whatever is dropped, repeated, swapped or cut short, the history is what was sent', async () => {
    const { roll } = dice(seed);
    const id = await process.aRun(actor);
    const last = 40;
    const acknowledged = new Set<number>();
    let next = 1;
    while (acknowledged.size < last) {
      // Some of the next few and of what was not acknowledged, in any order, some twice, some not at all.
      const window = upTo(last).filter((number) => number < next + 6 && (!acknowledged.has(number) || roll(5) === 0));
      const sent = window.flatMap((number) => (roll(10) < 3 ? [] : roll(5) === 0 ? [number, number] : [number]));
      const shuffled = sent.map((number) => ({ number, at: roll(1000) })).toSorted((a, b) => a.at - b.at);
      const sending = shuffled.map(async ({ number }) => {
        await send(id, number);
        // An answer that is lost on its way makes the sender send it again.
        if (roll(5) > 0) acknowledged.add(number);
      });
      await Promise.all(sending);
      while (acknowledged.has(next)) next++;
      if (roll(10) < 3) {
        await process.close();
        process = await begin();
        await process.runs.sweep();
      }
    }
    expect(await values(id)).toEqual(upTo(last));
    expect((await history(id)).map(({ seq }) => seq)).toEqual(upTo(last + 1));
    expect((await history(id)).filter(({ kind }) => kind === 'gap')).toEqual([]);
  });
});
