import { expect, test } from 'vitest';
import { codeOf } from '../../test/documents.ts';
import { compileRegex } from './regex.ts';

const matches = (pattern: string, text: string, options = ''): boolean => compileRegex(pattern, options).test(text);

test('a dollar also stands before a last line break, but not before others', () => {
  expect([
    matches('a$', 'a\n'),
    matches('a$', 'a\nb'),
    matches('a$', 'a\nb', 'm'),
    matches('a\\z', 'a\n'),
    matches('a\\Z', 'a\n'),
  ]).toEqual([true, false, true, false, true]);
});

test('a point is everything but a line feed', () => {
  expect([
    matches('a.b', 'a\rb'),
    matches('a.b', 'a\u2028b'),
    matches('a.b', 'a\nb'),
    matches('a.b', 'a\nb', 's'),
    matches('^.$', '😀'),
  ]).toEqual([true, true, false, true, true]);
});

test('lines begin only after line feeds', () => {
  expect([
    matches('^b', 'a\nb', 'm'),
    matches('^b', 'a\rb', 'm'),
    matches('^b', 'a\nb'),
    matches('\\Ab', 'a\nb', 'm'),
  ]).toEqual([true, false, false, false]);
});

test('white space is that of ASCII', () => {
  expect([
    matches('\\s', '\u00a0'),
    matches('[\\s]', '\u00a0'),
    matches('^\\S$', '\u00a0'),
    matches('\\s', '\t'),
  ]).toEqual([false, false, true, true]);
});

test('brackets and braces that open nothing are themselves', () => {
  expect([
    matches('^{a}$', '{a}'),
    matches('^]$', ']'),
    matches('^[]a]+$', ']a'),
    matches('^[[]$', '['),
    matches('^a{2}$', 'aa'),
    matches('^a{,2}$', 'a{,2}'),
  ]).toEqual([true, true, true, true, true, true]);
});

test('other characters may be escaped without need', () => {
  expect([matches('^\\-\\@\\ \\"$', '-@ "'), matches('^[\\-\\@]$', '@'), matches('^[+\\-/]$', '.')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('groups, what stands around them, and what they found', () => {
  expect([matches('(?:a|b)(?=c)', 'bc'), matches('(?<!a)b', 'ab'), matches('^(a)\\1$', 'aa')]).toEqual([
    true,
    false,
    true,
  ]);
});

test.each([
  ['an unknown flag', 'a', 'q', 51108],
  ['free spacing', 'a', 'x', 115],
  ['an open group', '(', '', 51091],
  ['an open class', '[a', '', 51091],
  ['a class with nothing but a bracket', '[]', '', 51091],
  ['nothing behind a backslash', 'a\\', '', 51091],
  ['an atomic group', '(?>a)', '', 115],
  ['recursion', '(?R)', '', 115],
  ['a POSIX class', '[[:alpha:]]', '', 115],
  ['an escape that means something else', '\\K', '', 115],
  ['quoting', '\\Qa\\E', '', 115],
  ['an octal number', '\\012', '', 115],
  ['a hexadecimal number', '\\x41', '', 115],
  ['a flag in the pattern', '(?i)a', '', 115],
  ['a named group', '(?<x>a)', '', 115],
  ['a quantifier that gives nothing back', 'a++', '', 115],
  ['the same with numbers', 'a{2}+', '', 115],
  ['no class of its own in a class', '[\\S]', '', 115],
])('%s is refused', (_, pattern, options, code) => {
  expect(codeOf(() => compileRegex(pattern, options))).toBe(code);
});
