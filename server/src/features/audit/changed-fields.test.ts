import { expect, test } from 'vitest';
import { changedFields } from './changed-fields.ts';

test.each([
  ['what is made is told whole', null, { id: 'a', name: 'A' }, null, { id: 'a', name: 'A' }],
  ['what is deleted is told whole', { id: 'a', name: 'A' }, null, { id: 'a', name: 'A' }, null],
  [
    'what is changed is told with what it was',
    { id: 'a', name: 'A' },
    { id: 'a', name: 'B' },
    { name: 'A' },
    { name: 'B' },
  ],
  [
    'bookkeeping is nobody’s change',
    { version: 1, updatedAt: 'x', a: 1 },
    { version: 2, updatedAt: 'y', a: 1 },
    {},
    {},
  ],
  [
    'lists are compared by what is in them',
    { rules: ['WE1'] },
    { rules: ['WE1', 'WE2'] },
    { rules: ['WE1'] },
    { rules: ['WE1', 'WE2'] },
  ],
  ['a field that comes is told', { a: 1 }, { a: 1, b: null }, {}, { b: null }],
])('%s', (_what, before, after, was, is) => {
  const told = changedFields(before, after);
  const read = (text: string | null): unknown => text && JSON.parse(text);
  expect([read(told.before), read(told.after)]).toEqual([was, is]);
});
