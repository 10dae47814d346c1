import { expect, test } from 'vitest';
import { safeAddress } from './links.ts';

test.each([
  ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
  ['  example.org ', 'https://example.org'],
  ['localhost:8080/x', 'https://localhost:8080/x'],
  ['ada@example.org', 'mailto:ada@example.org'],
  ['mailto:ada@example.org', 'mailto:ada@example.org'],
])('“%s” leads to %s', (typed, address) => {
  expect(safeAddress(typed)).toBe(address);
});

test.each([
  '',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'two words',
  'https://',
  'file:///etc',
])('“%s” is no address for a link', (typed) => {
  expect(safeAddress(typed)).toBeNull();
});
