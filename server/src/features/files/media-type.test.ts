import { expect, test } from 'vitest';
import { aPdf, aPng } from '../../../test/laboratory.ts';
import { bytesInWords } from './bytes-in-words.ts';
import { mediaTypeOf, tellingBytes } from './media-type.ts';

const text = (words: string): Uint8Array => Buffer.from(words);

test.each([
  ['a picture under the name of a text', aPng, 'notes.txt', 'image/png'],
  ['a PDF under no name', aPdf, 'x', 'application/pdf'],
  ['values with commas', text('a,b\n1,2\n'), 'run.CSV', 'text/csv'],
  ['values with tabs', text('a\tb\n'), 'run.tsv', 'text/tab-separated-values'],
  ['JSON', text('{"a":1}'), 'a.json', 'application/json'],
  ['Markdown', text('# Title'), 'a.md', 'text/markdown'],
  ['a drawing that could run', text('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'a.svg', 'text/plain'],
  ['the same with its declaration', text('<?xml version="1.0"?><svg/>'), 'a.svg', 'text/plain'],
  ['a page that could run', text('<!doctype html><script>alert(1)</script>'), 'a.html', 'text/plain'],
  ['bytes under the name of a table', Buffer.from([0, 1, 2, 255]), 'a.csv', 'application/octet-stream'],
  ['text that is not UTF-8', Buffer.from([0x61, 0xe4, 0x62]), 'a.txt', 'application/octet-stream'],
  ['nothing', Buffer.alloc(0), 'a.csv', 'application/octet-stream'],
  ['a name of a property of every object', text('x'), 'a.constructor', 'text/plain'],
])('%s', async (_what, bytes, name, type) => {
  expect(await mediaTypeOf(bytes, name)).toBe(type);
});

test('a character that is cut in two by the end of what is looked at is no reason to call it binary', async () => {
  const long = text(`${'a'.repeat(tellingBytes - 1)}ä`).subarray(0, tellingBytes);
  expect(await mediaTypeOf(long, 'a.txt')).toBe('text/plain');
});

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1536, '1.5 KiB'],
  [64 * 2 ** 30, '64 GiB'],
])('%i is %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});
