import { expect, test } from 'vitest';
import { fileName } from './save-file.ts';

test.each([
  ['Oxide etch, 3 nm: log', 'oxide-etch-3-nm-log.md'],
  ['Ätzung № 4', 'atzung-no-4.md'],
  ['../../etc', 'etc.md'],
  ['???', 'document.md'],
])('the file of “%s” is called %s', (title, name) => {
  expect(fileName(title, 'md')).toBe(name);
});
