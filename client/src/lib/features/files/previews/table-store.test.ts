import { expect, test } from 'vitest';
import { mostPoints, TableStore } from './table-store.ts';

function storeOf(text: string, pieces = 1): TableStore {
  const store = new TableStore();
  const bytes = new TextEncoder().encode(text);
  const size = Math.ceil(bytes.length / pieces);
  for (let from = 0; from < bytes.length; from += size)
    store.take(bytes.subarray(from, from + size), { last: from + size >= bytes.length });
  return store;
}
const types = (store: TableStore) => store.summary().columns.map(({ name, type }) => `${name}: ${type}`);

test('columns are named by the first row and typed by their cells', () => {
  const store = storeOf('time,rate,note\n2026-11-21T10:00:00Z,1.5,ok\n2026-11-21T10:00:01Z,,"a, b"\n');
  expect(types(store)).toEqual(['time: time', 'rate: number', 'note: text']);
  expect(store.rows({ first: 1, last: 2 })).toEqual([['2026-11-21T10:00:01Z', '', 'a, b']]);
});

test('a European table has semicolons and decimal commas', () => {
  const store = storeOf('Zeit;Strom\n1;1,5\n2;2,25\n');
  expect([store.summary().delimiter, store.summary().decimal, types(store)]).toEqual([
    ';',
    ',',
    ['Zeit: number', 'Strom: number'],
  ]);
  expect([...(store.points({ x: 0, ys: [1] }).ys[0] ?? [])]).toEqual([1.5, 2.25]);
});

test('a table without names has numbered columns, and a person may say otherwise', () => {
  const store = storeOf('1,2\n3,4\n');
  expect([types(store), store.summary().rows]).toEqual([['Column 1: number', 'Column 2: number'], 2]);
  store.chooseHeader(true);
  expect([types(store), store.summary().rows]).toEqual([['1: number', '2: number'], 1]);
});

test('remarks of an instrument before the table are passed over and counted', () => {
  const store = storeOf('# tool: RIE-2\n# wafer, 12\nt,p\n0,1\n');
  expect([store.summary().remarks, types(store)]).toEqual([2, ['t: number', 'p: number']]);
});

test('pieces end anywhere, in the middle of a letter too', () => {
  const text = `µ,Ω\n${Array.from({ length: 50 }, (_, row) => `${row},"é""${row}"\n`).join('')}`;
  expect(storeOf(text, 200).rows({ first: 0, last: 50 })).toEqual(storeOf(text).rows({ first: 0, last: 50 }));
});

test('what is crooked or broken is counted, not refused', () => {
  const { crooked, unclosed, columns } = storeOf('a,b\n1\n1,2,3\n1,"2\n').summary();
  expect([crooked, unclosed, columns.map(({ name }) => name)]).toEqual([2, true, ['a', 'b', 'Column 3']]);
});

test('what Windows programs wrote is read as that', () => {
  const store = new TableStore();
  store.take(new Uint8Array([0xb5, 0x6d, 0x0a, 0x31, 0x0a]), { last: true });
  expect([store.summary().encoding, types(store)]).toEqual(['windows-1252', ['µm: number']]);
});

test('a plot of many rows has points from all of them', () => {
  const rows = 50_000;
  const store = storeOf(`n,v\n${Array.from({ length: rows }, (_, row) => `${row},${row / 2}\n`).join('')}`, 7);
  const { xs, ys, of } = store.points({ x: null, ys: [1] });
  expect([of, xs.length <= mostPoints, xs.at(-1), ys[0]?.at(-1)]).toEqual([rows, true, 49_999, 24_999]);
});
