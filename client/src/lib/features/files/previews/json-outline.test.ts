import { expect, test } from 'vitest';
import { JsonFault, jsonOutline, unfolded } from './json-outline.ts';

const drawn = (text: string) =>
  jsonOutline(text).map(({ depth, key, kind, text: value, children }) =>
    [' '.repeat(depth), key, kind, value, children].filter((part) => part !== null && part !== '').join(' '),
  );

test('a document is a list of its values, each as it is written', () => {
  expect(drawn('{"a": [1.50, "x\\n", null], "b": {}}')).toEqual([
    'object 2',
    '  "a" array 3',
    '   number 1.50 0',
    '   string "x\\n" 0',
    '   word null 0',
    '  "b" object 0',
  ]);
});

test('what JSON.parse would round or drop is kept', () => {
  expect(drawn('{"id": 12345678901234567890, "id": 1e400}').slice(1)).toEqual([
    '  "id" number 12345678901234567890 0',
    '  "id" number 1e400 0',
  ]);
});

test('a document nested 100,000 deep is read, and folded away', () => {
  const nodes = jsonOutline('['.repeat(100_000) + ']'.repeat(100_000));
  expect([nodes.length, nodes.at(-1)?.depth, unfolded(nodes, (place) => place === 3)]).toEqual([
    100_000,
    99_999,
    [0, 1, 2, 3],
  ]);
});

test('a string of four million letters is read', () => {
  const letters = 'x'.repeat(4_000_000);
  expect(jsonOutline(`["${letters}"]`).at(-1)?.text.length).toBe(4_000_002);
});

test('folded values hide what they hold and nothing else', () => {
  const nodes = jsonOutline('[[1,2],[3],4]');
  expect(unfolded(nodes, (place) => place === 1)).toEqual([0, 1, 4, 5, 6]);
});

test.each([
  ['{"a":1,}', 1],
  ['[1\n 2]', 2],
  ['{"a"\n\n 1}', 3],
  ['[1', 1],
  ['01', 1],
  ["{'a': 1}", 1],
  ['1 2', 1],
  ['', 1],
  ['[NaN]', 1],
  ['"a\nb"', 2],
  ['"\\x"', 1],
  ['"open', 1],
])('%j is no JSON, which is said with its line', (text, line) => {
  const faultOf = () => {
    try {
      return jsonOutline(text);
    } catch (error) {
      return error;
    }
  };
  expect(faultOf()).toSatisfy((found) => found instanceof JsonFault && found.line === line);
});
