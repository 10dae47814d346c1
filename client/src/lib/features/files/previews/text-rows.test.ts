import { expect, test } from 'vitest';
import { encodingOf } from './text-encoding.ts';
import { piecesOf, textRows } from './text-rows.ts';

const pieces = (lines: string[], columns: number) =>
  textRows(lines, columns).map(({ line, from, to }) => lines[line]?.slice(from, to));

test('short lines are a row each, long ones several, and nothing is lost', () => {
  expect(pieces(['ab', '', 'abcdefgh'], 3)).toEqual(['ab', '', 'abc', 'def', 'gh']);
});

test('a line of a million letters is many rows, quickly', () => {
  const rows = textRows(['x'.repeat(1_000_000)], 1000);
  expect([rows.length, rows.at(-1)]).toEqual([1000, { line: 0, from: 999_000, to: 1_000_000 }]);
});

test('tabs count as they are drawn, and no letter is torn apart', () => {
  expect(pieces(['a\tbcd'], 6)).toEqual(['a\tb', 'cd']);
  expect(pieces(['ab😀cd'], 3)).toEqual(['ab😀', 'cd']);
});

test('words are found whatever their case, and letters with a meaning in patterns are themselves', () => {
  expect(piecesOf('Error (1) error', 'ERROR')).toEqual(['', 'Error', ' (1) ', 'error', '']);
  expect(piecesOf('f(x)', '(x)')).toEqual(['f', '(x)', '']);
  expect(piecesOf('all', '')).toEqual(['all']);
});

test.each([
  [[0xef, 0xbb, 0xbf, 0x61], 'utf-8'],
  [[0xff, 0xfe, 0x61, 0x00], 'utf-16le'],
  [[0xfe, 0xff, 0x00, 0x61], 'utf-16be'],
  [[0xb5, 0x6d], 'windows-1252'],
  [[0x61, 0xc2], 'utf-8'],
])('%j is read as %s', (bytes, encoding) => {
  expect(encodingOf(new Uint8Array(bytes))).toBe(encoding);
});
