import { expect, test } from 'vitest';
import { exactSize, fileSize } from './file-size.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.23 kB'],
  [999_949, '1 MB'],
  [1_250_000, '1.25 MB'],
  [68_719_476_736, '68.7 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, words) => {
  expect(fileSize(bytes)).toBe(words);
});

test('the exact size has thousands, and one byte is one', () => {
  expect([exactSize(1_234_567), exactSize(1)]).toEqual(['1,234,567 bytes', '1 byte']);
});
