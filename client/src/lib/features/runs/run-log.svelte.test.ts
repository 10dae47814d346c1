import type { RunEvent } from '@cobench/shared/runs/run-event';
import { afterEach, expect, test, vi } from 'vitest';
import { answers } from '../../../test/answers.ts';
import { aLogLine, aPoint } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { pageOfLines, RunLog } from './run-log.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

/** A log over a stored history of events 1, 2, 3 …, of which `isLine` are log lines and the others points. */
async function opened({ length, isLine = () => true }: { length: number; isLine?: (seq: number) => boolean }) {
  const stored = Array.from({ length }, (_, i): RunEvent => (isLine(i + 1) ? aLogLine(i + 1) : aPoint(i + 1, i)));
  const sent = answers({
    [`GET /api/v1/runs/${anId(1)}/events`]: ({ url }: { url: string }) => {
      const query = new URL(url, 'http://lab.test').searchParams;
      const after = Number(query.get('after'));
      return { items: stored.slice(after, after + Number(query.get('limit'))), lastSeq: length };
    },
  });
  const log = new RunLog(anId(1));
  await log.open(length);
  return { log, sent };
}
const shown = (log: RunLog) => log.shown.map(({ seq }) => seq);
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test('the newest part is shown first, older lines follow without a gap', async () => {
  const { log } = await opened({ length: 2500 });
  expect([shown(log), log.hasOlder]).toEqual([from(1501, 2500), true]);
  await log.showOlder();
  expect(shown(log)).toEqual(from(501, 2500));
  await log.showOlder();
  expect([shown(log), log.hasOlder]).toEqual([from(1, 2500), false]);
});

test('looking back through points goes on until lines are found', async () => {
  const { log, sent } = await opened({ length: 5000, isLine: (seq) => seq === 1700 });
  expect(log.isEmpty).toBe(true);
  await log.showOlder();
  expect([shown(log), sent.length]).toEqual([[1700], 5]);
});

test('no more lines are drawn than a page of them while one follows', async () => {
  const { log } = await opened({ length: 1000 });
  log.append(from(1001, 4000).map((seq) => aLogLine(seq)));
  expect(shown(log)).toEqual(from(2001, 4000));
  expect(log.shown.length).toBe(pageOfLines);
});

test('who reads further up keeps every line in place; what arrives is counted', async () => {
  const { log } = await opened({ length: 1000 });
  log.pause();
  log.append([aLogLine(1001), aPoint(1002, 1), aLogLine(1003)]);
  expect([log.unseen, shown(log)[0]]).toEqual([2, 1]);
  log.follow();
  expect([log.unseen, log.following]).toEqual([0, true]);
});

test('levels and a search narrow the lines; only lines that are shown count as new', async () => {
  const { log } = await opened({ length: 2 });
  log.toggle('info');
  log.pause();
  log.append([aLogLine(3, 'Plasma on'), aLogLine(4, 'Plasma lost', { level: 'error' })]);
  expect([shown(log), log.unseen]).toEqual([[4], 1]);
  log.toggle('info');
  log.text = 'plasma';
  expect(shown(log)).toEqual([3, 4]);
});

test('a change of state is a line of the log that no level hides', async () => {
  const { log } = await opened({ length: 1 });
  for (const level of log.levels) log.toggle(level);
  const at = '2026-11-21T10:00:00.000Z';
  log.append([{ kind: 'state', seq: 2, at, observedAt: null, state: 'failed', reason: 'No gas', by: 'Ada' }]);
  expect(log.shown.map(({ text }) => text)).toEqual(['Ada marked the run as failed: No gas']);
});
