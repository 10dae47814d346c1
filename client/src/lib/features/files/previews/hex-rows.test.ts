import { expect, test } from 'vitest';
import { hexRow } from './hex-rows.ts';

test('bytes are shown with their place and their letters', () => {
  const bytes = new Uint8Array([...new TextEncoder().encode('SQLite format 3'), 0, 0xff]);
  expect(hexRow(bytes, 0)).toEqual({
    at: '00000000',
    hex: '53 51 4c 69 74 65 20 66 6f 72 6d 61 74 20 33 00',
    letters: 'SQLite format 3·',
  });
  expect(hexRow(bytes, 1)).toEqual({ at: '00000010', hex: 'ff'.padEnd(47), letters: '·' });
});
