import { expect, test } from 'vitest';
import { CsvFault, parseCsv } from './csv-table.ts';

const cells = (text: string) => parseCsv(text).records.map((record) => record.cells);

test('cells in quotes hold commas, line ends and quotes', () => {
  expect(cells('a,b\r\n"x, y","say ""hi"""\r\n"two\r\nlines",3\r\n')).toEqual([
    ['a', 'b'],
    ['x, y', 'say "hi"'],
    ['two\r\nlines', '3'],
  ]);
});

test('lines end in CRLF, LF or CR, the last one may have no end', () => {
  expect(cells('1,2\r\n3,4\n5,6\r7,8')).toEqual([
    ['1', '2'],
    ['3', '4'],
    ['5', '6'],
    ['7', '8'],
  ]);
});

test('a byte order mark and empty lines are passed over, empty cells are not', () => {
  expect(cells('\uFEFFa,b\n\n1,\n,\n"",\n')).toEqual([
    ['a', 'b'],
    ['1', ''],
    ['', ''],
    ['', ''],
  ]);
});

test('an empty cell at the end of a file that ends without a line end counts', () => {
  expect(cells('a,b\n1,')).toEqual([
    ['a', 'b'],
    ['1', ''],
  ]);
});

test.each([
  ['wert;zeit\r\n1,5;2026-01-02\r\n', ';'],
  ['sep=;\r\na;b\r\n', ';'],
  ['value\ttime, local\n1\t2\n', '\t'],
  ['"a;b",c\n1,2\n', ','],
  ['12.5\n12.6\n', ','],
])('the delimiter of %j is %j', (text, delimiter) => {
  expect(parseCsv(text).delimiter).toBe(delimiter);
});

test('each record knows the line that it begins on', () => {
  const lines = parseCsv('sep=,\na\n"x\ny\nz"\n\nb').records.map(({ line }) => line);
  expect(lines).toEqual([2, 3, 7]);
});

test.each([
  ['a,b\n1,"2\n3,4', 2, 'A quote is opened and never closed.'],
  ['a,b\n1,2\n3,4" wafer', 3, 'A quote stands inside a cell that is not quoted.'],
  ['a\n"x\ny"z', 3, 'There is something between a closing quote and the end of the cell.'],
])('%j is refused on its line', (text, line, words) => {
  const fault = faultOf(text);
  expect([fault?.line, fault?.message]).toEqual([line, words]);
});

test('an empty text has no records', () => {
  expect([cells(''), cells('\uFEFF'), cells('\r\n\r\n')]).toEqual([[], [], []]);
});

test('what was written is read again, whatever it holds', () => {
  const letters = ['a', '"', ',', ';', '\n', '\r\n', '1', ' ', 'é'];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const table = Array.from({ length: 1 + random(4) }, () =>
      Array.from({ length: 3 }, () => Array.from({ length: random(5) }, () => letters[random(9)]).join('')),
    );
    const text = table.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')).join('\r\n');
    expect(cells(text)).toEqual(table);
  }
});

function faultOf(text: string): CsvFault | null {
  try {
    parseCsv(text);
    return null;
  } catch (error) {
    if (error instanceof CsvFault) return error;
    throw error;
  }
}
