import { ChartDefinition } from '@cobench/shared/series/chart';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal, type Sent } from '../../../test/answers.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { PointsImport } from './points-import.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const address = `POST /api/v1/series/${anId(20)}/points`;
const chartOf = (kind: 'i' | 'xbar' | 'p') => aSeries({ chart: ChartDefinition.parse({ kind }) });
type Body = { points: { key: string; items: (number | null)[]; size: number | null; at?: string; label: string }[] };
const bodies = (sent: Sent[]) => sent.map(({ body }) => (body as Body).points);

function taken(text: string, kind: 'i' | 'xbar' | 'p' = 'i'): PointsImport {
  const table = new PointsImport(chartOf(kind));
  table.take(text, 'file.csv');
  return table;
}

/** A server that knows keys again. */
function server() {
  const known: string[] = [];
  const sent = answers({
    [address]: ({ body }: Sent) => {
      const fresh = (body as Body).points.filter(({ key }) => !known.includes(key));
      known.push(...fresh.map(({ key }) => key));
      const duplicates = (body as Body).points.length - fresh.length;
      return { accepted: fresh.length, duplicates, pointCount: known.length };
    },
  });
  return { known, sent };
}

test('a European spreadsheet is understood: semicolons, decimal commas, days with dots, several values', () => {
  const table = taken('Zeit;Messwert 1;Messwert 2;Los\r\n21.11.2026 14:05;1,25;-0,5;A\r\n', 'xbar');
  expect([table.sign, table.header, table.roles]).toEqual([',', true, ['time', 'value', 'value', 'label']]);
  const at = new Date(2026, 10, 21, 14, 5).toISOString();
  expect(table.read).toEqual({
    points: [{ line: 2, key: null, point: { items: [1.25, -0.5], size: null, at, label: 'A' } }],
    faults: [],
  });
});

test('the table of points of this product is understood again', () => {
  const table = taken(
    'point,at,label,run,value,size,measured 1,measured 2\n1,2026-01-01T00:00:00Z,,,11,,10,12\n',
    'xbar',
  );
  expect(table.roles).toEqual(['none', 'time', 'label', 'none', 'none', 'none', 'value', 'value']);
});

test('a bare column of numbers is values', () => {
  const table = taken('1.5\n2.5\n\n-3\n');
  expect([table.header, table.read.points.map(({ point }) => point.items)]).toEqual([false, [[1.5], [2.5], [-3]]]);
});

test('lines that cannot be points are named, and keep the others back until they are left out', () => {
  const table = taken('value,lot\n12.5,A\n12 nm,B\n13,C,D\n14,E\n');
  expect(table.read.faults).toEqual([
    { line: 3, words: '“12 nm” in “value” is not a number.' },
    { line: 4, words: 'It has 3 cells where the first line has 2.' },
  ]);
  expect([table.ready, table.read.points.length]).toEqual([false, 2]);
  table.leaveOut = true;
  expect(table.ready).toBe(true);
});

test('what a chart cannot show is told before it is sent', () => {
  const table = taken('fails,n\n2,50\n-1,50\n51,50\n3,\n', 'p');
  table.setRole(0, 'value');
  table.setRole(1, 'size');
  expect(table.read.faults).toEqual([
    { line: 3, words: 'This chart shows nothing below 0.' },
    { line: 4, words: 'More failed than there were.' },
    { line: 5, words: 'Say what the count is out of.' },
  ]);
});

test('a table that cannot be read says where', () => {
  const table = taken('a,b\n1,"2\n');
  expect([table.table, table.unreadable]).toEqual([null, 'Line 2: A quote is opened and never closed.']);
});

test('points go out oldest first, a thousand at a time; the same table adds nothing the second time', async () => {
  const { sent, known } = server();
  const lines = Array.from(
    { length: 2500 },
    (_, i) => `${new Date(Date.UTC(2026, 0, 1) - i * 1000).toISOString()},${i % 7}`,
  );
  const text = `time,value\n${lines.join('\n')}\n`;
  const table = taken(text);
  await table.send();
  expect(bodies(sent).map((points) => points.length)).toEqual([1000, 1000, 500]);
  const times = bodies(sent).flatMap((points) => points.map(({ at }) => String(at)));
  expect(times).toEqual(times.toSorted());
  expect([table.done, table.result]).toEqual([true, { accepted: 2500, duplicates: 0 }]);
  const again = taken(`${text}2026-02-01T00:00:00Z,3\n`);
  await again.send();
  expect(again.result).toEqual({ accepted: 1, duplicates: 2500 });
  expect(new Set(known).size).toBe(2501);
});

test('equal lines of one table are points of their own', async () => {
  const { known } = server();
  const table = taken('lot,value\nA,1\nA,1\nA,1\n');
  await table.send();
  expect([table.result.accepted, new Set(known).size]).toEqual([3, 3]);
});

test('bare numbers are known again as a whole table: those of another day are added', async () => {
  server();
  const [monday, mondayAgain, tuesday] = ['10.1\n10.2\n', '10.1\n10.2\n', '10.1\n10.3\n'].map((text) => taken(text));
  for (const table of [monday, mondayAgain, tuesday]) await table?.send();
  expect([monday, mondayAgain, tuesday].map((table) => table?.result.accepted)).toEqual([2, 0, 2]);
});

test('a column of keys is taken as it is; a key on two lines is refused', async () => {
  const { known } = server();
  const table = taken('id,value\nw1,1\nw2,2\n');
  await table.send();
  expect(known).toEqual(['w1', 'w2']);
  expect(taken('id,value\nw1,1\nw1,2\n').read.faults).toEqual([{ line: 3, words: 'The key “w1” is on line 2 too.' }]);
});

test('where the connection is lost, what is in stays in and the rest follows', async () => {
  let turn = 0;
  const sent = answers({
    [address]: ({ body }: Sent) => {
      if (++turn === 2) throw new TypeError('gone');
      return { accepted: (body as Body).points.length, duplicates: 0, pointCount: 1000 };
    },
  });
  const table = taken(Array.from({ length: 1500 }, (_, i) => `${i}`).join('\n'));
  await table.send();
  expect([table.sent, table.done, table.result.accepted]).toEqual([1000, false, 1000]);
  await table.send();
  expect([table.done, bodies(sent).map((points) => points.length)]).toEqual([true, [1000, 500, 1000, 500]]);
});

test('what the server refuses is named by its line', async () => {
  const errors = [{ pointer: '/points/1/items/0', detail: 'Too large.' }];
  answers({ [address]: () => refusal('input.invalid', { errors }) });
  const table = taken('value\n1\n2\n');
  await table.send();
  expect(table.refused).toEqual({ line: 3, words: 'Too large.' });
});
