import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('numbers keep every digit, what has commas, quotes or lines is quoted, nothing becomes a formula', () => {
  expect(
    csvOf([
      ['point', 'label'],
      [0.1 + 0.2, 'lot "7", left'],
      [-1.5, '=HYPERLINK("x")'],
      [null, 'two\nlines'],
    ]),
  ).toBe('point,label\r\n0.30000000000000004,"lot ""7"", left"\r\n-1.5,"\'=HYPERLINK(""x"")"\r\n,"two\nlines"\r\n');
});
