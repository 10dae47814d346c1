import { expect, test } from 'vitest';
import { placeAfter, textChange } from './text-change.ts';

const applied = (text: string, change: ReturnType<typeof textChange>) =>
  change === null ? text : text.slice(0, change.at) + change.insert + text.slice(change.at + change.remove);

test.each([
  ['', 'a', 1, { at: 0, remove: 0, insert: 'a' }],
  ['etch', 'etch', 4, null],
  ['etch', 'e tch', 2, { at: 1, remove: 0, insert: ' ' }],
  ['hello', 'helllo', 3, { at: 2, remove: 0, insert: 'l' }],
  ['hello', 'helllo', 5, { at: 4, remove: 0, insert: 'l' }],
  ['aaaa', 'aaa', 1, { at: 1, remove: 1, insert: '' }],
  ['oxide etch', 'nitride etch', 7, { at: 0, remove: 2, insert: 'nitr' }],
])('%j becomes %j with the caret at %i', (before, after, caret, change) => {
  expect(textChange(before, after, caret)).toEqual(change);
});

test('a character of two units is never halved', () => {
  const [tube, dish] = ['🧪', '🧫'];
  expect(textChange(`a${tube}b`, `a${dish}b`, 3)).toEqual({ at: 1, remove: 2, insert: dish });
});

test('whatever is typed wherever, the change makes the new text', () => {
  let state = 7;
  const dice = (sides: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % sides;
  let text = '';
  for (let round = 0; round < 2000; round++) {
    const at = dice(text.length + 1);
    const typed = ['a', 'b', 'ab', '🧪', '', 'aba'][dice(6)] ?? '';
    const after = text.slice(0, at) + typed + text.slice(at + dice(3));
    const caret = at + typed.length;
    if (!after.isWellFormed()) continue;
    const change = textChange(text, after, Math.min(caret, after.length));
    expect(applied(text, change)).toBe(after);
    expect((change?.insert ?? '').isWellFormed()).toBe(true);
    text = after.length > 30 ? '' : after;
  }
});

test.each([
  [2, { at: 5, remove: 0, insert: 'xx' }, 2],
  [5, { at: 5, remove: 0, insert: 'xx' }, 5],
  [6, { at: 5, remove: 0, insert: 'xx' }, 8],
  [8, { at: 5, remove: 2, insert: '' }, 6],
  [6, { at: 5, remove: 4, insert: '' }, 5],
])('a caret at %i is, after %o, at %i', (place, change, after) => {
  expect(placeAfter(place, change)).toBe(after);
});

test('what is written exactly at a place comes after it, unless it is told to go along', () => {
  const change = { at: 5, remove: 0, insert: 'xx' };
  expect([placeAfter(5, change), placeAfter(5, change, 'after')]).toEqual([5, 7]);
});
