import { expect, test } from 'vitest';
import { peopleIn, samePeople } from './collab-presence.ts';

const ben = { id: 'b', name: 'Ben Okri', color: '#aa5500' };
const ada = { id: 'a', name: 'Ada Lovelace', color: '#0055aa' };

test('people are listed once each, by name, without this tab', () => {
  const states = new Map<number, Record<string, unknown>>([
    [1, { user: { id: 'me', name: 'Me', color: '#000000' } }],
    [2, { user: ben, cursor: null }],
    [3, { user: ada, place: 7 }],
    [4, { user: ben, cursor: { anchor: {}, head: {} } }],
    [5, { user: ben, place: 'title' }],
  ]);
  expect(peopleIn(states, 1)).toEqual([
    { ...ada, editing: false, places: [] },
    { ...ben, editing: true, places: ['title'] },
  ]);
});

test('a state that names nobody, or no colour, is left out', () => {
  const states = new Map<number, Record<string, unknown>>([
    [2, {}],
    [3, { user: { ...ben, color: 'url(x)' } }],
    [4, { user: 'Ben' }],
  ]);
  expect(peopleIn(states, 1)).toEqual([]);
});

test('[RT54] moving a cursor does not make different people, going to another field does', () => {
  const present = { ...ben, editing: true, places: ['title'] };
  expect(samePeople([present], [{ ...present }])).toBe(true);
  expect(samePeople([present], [{ ...present, editing: false }])).toBe(false);
  expect(samePeople([present], [{ ...present, places: ['tags'] }])).toBe(false);
});
