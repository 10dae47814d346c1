import { expect, test } from 'vitest';
import { compareProperties } from './compare-properties.ts';
import type { Properties } from './properties.ts';

const old: Properties = {
  title: 'Etch 14',
  tags: ['oxide', 'RIE'],
  fields: [
    { id: 'p', type: 'number', name: 'Pressure', value: '30', unit: 'mTorr' },
    { id: 'lot', type: 'text', name: 'Lot', value: 'A-17' },
  ],
};

const said = (nodes: readonly { change: string; text?: string }[]): string[] =>
  nodes.map(({ change, text }) => `${change} ${text}`);

test('a title is compared word by word, tags by how they are written, fields by their id', () => {
  const now: Properties = {
    title: 'Dry etch 14',
    tags: ['RIE', 'plasma'],
    fields: [
      { id: 'p', type: 'number', name: 'Chamber pressure', value: '32', unit: 'mTorr' },
      { id: 'd', type: 'date', name: 'Etched', value: '2026-11-20' },
    ],
  };
  const { differ, title, tags, fields } = compareProperties(old, now);
  expect(differ).toBe(true);
  expect(said(title)).toEqual(['removed Etch ', 'added Dry etch ', 'kept 14']);
  expect(tags).toEqual([
    { tag: 'oxide', change: 'removed' },
    { tag: 'RIE', change: 'kept' },
    { tag: 'plasma', change: 'added' },
  ]);
  expect(fields.map(({ id, change, value }) => [id, change, said(value)])).toEqual([
    ['p', 'kept', ['removed 30', 'added 32', 'kept  mTorr']],
    ['lot', 'removed', ['removed A-17']],
    ['d', 'added', ['added 2026-11-20']],
  ]);
  expect(said(fields[0]!.name)).toEqual(['removed Pressure', 'added Chamber pressure']);
});

test('what is equal does not differ', () => {
  expect(compareProperties(old, old).differ).toBe(false);
  expect(compareProperties({ title: '', tags: [], fields: [] }, { title: '', tags: [], fields: [] }).differ).toBe(
    false,
  );
});
