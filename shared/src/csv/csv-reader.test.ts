import { expect, test } from 'vitest';
import { CsvReader } from './csv-reader.ts';
import { parseCsv } from './csv-table.ts';

const read = (...pieces: string[]) => {
  const reader = new CsvReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.finish()];
};

test.each([
  ['quotes, CRLF and empty cells', 'a,b\r\n"x, ""y""",\r\n\r\n,1\r\n'],
  ['lines within quotes', '"two\r\nlines",3\n"",\n'],
  ['semicolons that a line names', '\uFEFFsep=;\r\na;b\r\n1,5;2'],
  ['bare returns', 'a\tb\r1\t2\r'],
])('whatever the pieces, it reads as the strict reader does: %s', (_, text) => {
  const strict = parseCsv(text).records.map(({ cells }) => cells);
  expect(read(text)).toEqual(strict);
  const [first, ...letters] = [text.slice(0, 9), ...text.slice(9).split('')];
  expect(read(first, ...letters)).toEqual(strict);
});

test('what the strict reader refuses is shown as it stands', () => {
  expect(read('size,note\n4" wafer,ok\n"a"b,2\n')).toEqual([
    ['size', 'note'],
    ['4" wafer', 'ok'],
    ['ab', '2'],
  ]);
});

test('a quote that is never closed takes the rest, and says so', () => {
  const reader = new CsvReader();
  expect(reader.push('a,b\n1,"2\n3,4')).toEqual([['a', 'b']]);
  expect([reader.quoted, reader.finish()]).toEqual([true, [['1', '2\n3,4']]]);
});

test('200,000 rows in pieces are read in time that grows with them only', () => {
  const piece = Array.from({ length: 1000 }, (_, row) => `${row},"${'x'.repeat(20)}",${row / 7}\n`).join('');
  const rows = read('n,text,value\n', ...Array.from({ length: 200 }, () => piece));
  expect([rows.length, rows.at(-1)?.[0]]).toEqual([200_001, '999']);
});
