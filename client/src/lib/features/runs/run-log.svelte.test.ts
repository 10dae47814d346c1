import type { RunEvent } from '@cobench/shared/runs/run-event';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { aLogLine, aPoint, logPart } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { LogSearch } from './log-search.svelte.ts';
import { mostLines, pageOfLines, RunLog } from './run-log.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const way = `GET /api/v1/runs/${anId(1)}/log`;
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const seqs = (log: RunLog) => log.lines.map(({ seq }) => seq);

/** A log over a stored history of events 1, 2, 3 …, of which `eventOf` says what they are. */
async function opened(length: number, eventOf: (seq: number) => RunEvent = (seq) => aLogLine(seq)) {
  const stored = from(1, length).map(eventOf);
  const sent = answers({ [way]: ({ url }: { url: string }) => logPart(stored, url) });
  const log = new RunLog(anId(1));
  await log.open();
  const say = (...events: RunEvent[]) => {
    stored.push(...events);
    log.append(events);
  };
  return { log, sent, stored, say };
}

test('the newest part is shown first, older ones follow without a gap', async () => {
  const { log } = await opened(1000);
  expect([seqs(log), log.hasOlder, log.hasNewer]).toEqual([from(601, 1000), true, false]);
  log.pause();
  await log.showOlder();
  expect(seqs(log)).toEqual(from(201, 1000));
  await log.showOlder();
  expect([seqs(log), log.hasOlder]).toEqual([from(1, 1000), false]);
});

test('however far one reads, no more lines are held than a window of them, and it moves both ways', async () => {
  const { log } = await opened(10_000);
  log.pause();
  while (log.hasOlder) {
    await log.showOlder();
    expect(log.lines.length).toBeLessThanOrEqual(mostLines);
  }
  expect([seqs(log), log.hasNewer]).toEqual([from(1, mostLines), true]);
  while (log.hasNewer) await log.showNewer();
  expect(seqs(log)).toEqual(from(10_001 - mostLines, 10_000));
});

test('who follows sees what arrives, and what is oldest goes', async () => {
  const { log, say } = await opened(10);
  say(...from(11, mostLines + 20).map((seq) => aLogLine(seq)));
  expect([seqs(log).at(-1), log.lines.length, log.hasOlder, log.unseen]).toEqual([mostLines + 20, mostLines, true, 0]);
});

test('who reads further up keeps every line in place; what arrives is counted, and is there further down', async () => {
  const { log, say } = await opened(10);
  log.pause();
  say(aLogLine(11), aPoint(12, 1), aLogLine(13));
  expect([log.unseen, seqs(log)]).toEqual([2, [...from(1, 11), 13]]);
  say(...from(14, mostLines + 100).map((seq) => aLogLine(seq)));
  expect([seqs(log)[0], log.lines.length < mostLines, log.hasNewer]).toEqual([1, true, true]);
  await log.showNewer();
  expect(seqs(log)).toEqual([...from(1, 11), ...from(13, 13 + pageOfLines)]);
  await log.follow();
  expect([log.unseen, log.following, seqs(log).at(-1), log.hasNewer]).toEqual([0, true, mostLines + 100, false]);
});

test('what arrives while a part is on its way is neither lost nor doubled', async () => {
  const stored = from(1, 20).map((seq): RunEvent => aLogLine(seq));
  const held = Promise.withResolvers<void>();
  answers({
    [way]: async ({ url }: { url: string }) => {
      const part = logPart(stored, url);
      await held.promise;
      return part;
    },
  });
  const log = new RunLog(anId(1));
  const open = log.open();
  log.append(from(15, 24).map((seq) => aLogLine(seq)));
  held.resolve();
  await open;
  log.append([aLogLine(24), aLogLine(25)]);
  expect(seqs(log)).toEqual(from(1, 25));
});

test('a run of points is passed over until lines are found', async () => {
  const { log } = await opened(2000, (seq) => (seq === 1700 || seq === 3 ? aLogLine(seq) : aPoint(seq, seq)));
  expect([seqs(log), log.hasOlder]).toEqual([[3, 1700], false]);
});

test('levels narrow what is shown and what arrives; what is no log line stays', async () => {
  const { log, say } = await opened(6, (seq) => aLogLine(seq, 'x', { level: seq % 2 ? 'info' : 'error' }));
  await log.toggle('info', 6);
  expect([seqs(log), log.levels]).toEqual([
    [2, 4, 6],
    ['debug', 'warning', 'error'],
  ]);
  const at = '2026-11-21T10:00:00.000Z';
  say(aLogLine(7), { kind: 'state', seq: 8, at, observedAt: null, state: 'failed', reason: 'No gas', by: 'Ada' });
  expect(log.lines.at(-1)).toMatchObject({ seq: 8, level: 'state', text: 'Ada marked the run as failed: No gas' });
  await log.toggle('info', 6);
  expect(seqs(log)).toEqual(from(1, 8));
});

test('a part that could not be fetched says so, and the next attempt may succeed', async () => {
  const { log, stored } = await opened(1000);
  answers({ [way]: () => refusal('service.unavailable', { detail: 'The store rests.' }) });
  log.pause();
  await log.showOlder();
  expect([log.problem, log.loading, log.lines.length]).toEqual(['The store rests.', false, pageOfLines]);
  answers({ [way]: ({ url }: { url: string }) => logPart(stored, url) });
  await log.showOlder();
  expect([log.problem, seqs(log)[0]]).toEqual([null, 201]);
});

test('a search goes from line to line through the whole history, and round', async () => {
  const { log } = await opened(5000, (seq) => aLogLine(seq, seq % 2000 === 0 ? 'Arc detected' : 'quiet'));
  const search = new LogSearch(log);
  await search.look('arc', 5000);
  expect([search.found, log.following, seqs(log).includes(4000), log.hasNewer]).toEqual([4000, false, true, true]);
  await search.next('older', 0);
  expect([search.found, seqs(log).includes(2000)]).toEqual([2000, true]);
  await search.next('older', 0);
  expect([search.found, search.remark]).toEqual([4000, 'Went on from the end.']);
  await search.next('newer', 0);
  expect([search.found, search.remark]).toEqual([2000, 'Went on from the beginning.']);
});

test('a search within what is at hand asks nobody', async () => {
  const { log, sent } = await opened(50, (seq) => aLogLine(seq, seq % 20 === 0 ? 'Arc' : 'quiet'));
  const search = new LogSearch(log);
  const before = sent.length;
  await search.look('arc', 50);
  await search.next('older', 0);
  expect([search.found, sent.length - before]).toEqual([20, 0]);
});

test('a search for what is nowhere says so and moves nothing', async () => {
  const { log } = await opened(50);
  const search = new LogSearch(log);
  await search.look('plasma', 50);
  expect([search.found, search.remark, log.following, search.busy]).toEqual([
    null,
    'No line contains this.',
    true,
    false,
  ]);
});
