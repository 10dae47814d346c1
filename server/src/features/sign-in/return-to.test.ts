import { expect, test } from 'vitest';
import { ownPath } from './return-to.ts';

test.each([
  '/',
  '/notebook/0190',
  '/runs?state=running&q=%2F%2F#log',
  '/a//b',
  '/signing',
  '/x?u=https://evil.example',
])('one may come back to %s', (path) => {
  expect(ownPath(path)).toBe(path);
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'https:evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  'evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' /x',
  '/x\r\nSet-Cookie: a=b',
  '/x\u0000',
  '',
  `/${'x'.repeat(2000)}`,
  '/sign-in?problem=failed',
  '/auth/sign-in',
  '/idp/auth',
  undefined,
  ['/x', '/y'],
  { $ne: null },
])('from %j one comes to the start page', (path) => {
  expect(ownPath(path)).toBe('/');
});
