import { expect, test } from 'vitest';
import { fieldOffers } from './field-types.ts';
import { tagOffers, tagsInUse } from './tag-offers.ts';

const tags = [
  { tag: 'SiO₂', entries: 4 },
  { tag: 'etch', entries: 2 },
];
const labels = (groups: readonly { items: readonly { label: string }[] }[]) =>
  groups.flatMap(({ items }) => items.map(({ label }) => label));

test('tags in use are offered, without those that are there; a new one comes first', () => {
  expect(labels(tagOffers('', { used: tags, has: ['ETCH'] }))).toEqual(['SiO₂']);
  expect(labels(tagOffers(' #et ', { used: tags, has: [] }))).toEqual(['New tag “et”', 'etch']);
  expect(labels(tagOffers('sio₂', { used: tags, has: [] }))).toEqual(['SiO₂']);
  expect(labels(tagOffers('Etch', { used: [], has: ['etch'] }))).toEqual([]);
  expect(labels(tagOffers('a, b', { used: tags, has: [] }))).toEqual(['Add a, b']);
});

test('a filter offers nothing but tags in use', () => {
  expect(tagsInUse('x', { used: tags, has: [] })).toEqual([]);
  expect(tagsInUse('', { used: tags, has: [] }).map(({ hint }) => hint)).toEqual(['4', '2']);
});

const used = [
  { name: 'Pressure', type: 'number', unit: 'mTorr', options: [], entries: 3 },
  { name: 'Ring', type: 'choice', unit: '', options: ['old', 'new'], entries: 1 },
] as const;

test('fields of other entries are offered with their unit and choices, unless the entry has them', () => {
  const [known] = fieldOffers('', {
    used: used.map((field) => ({ ...field, options: [...field.options] })),
    has: ['ring'],
  });
  expect(known?.items).toMatchObject([
    { label: 'Pressure', hint: 'mTorr', named: true, field: { type: 'number', unit: 'mTorr' } },
  ]);
});

test('a new field of each kind is offered, under the name that was typed', () => {
  const [, fresh] = fieldOffers(' Lot ', { used: [], has: [] });
  expect(labels([fresh!])).toEqual(
    ['Text', 'Number', 'Date', 'Choice', 'Person', 'Sample'].map((kind) => `${kind} “Lot”`),
  );
  expect(fresh?.items[0]).toMatchObject({ named: true, field: { name: 'Lot', type: 'text' } });
  expect(fieldOffers('', { used: [], has: [] })[1]?.items[1]).toMatchObject({
    label: 'Number',
    named: false,
    field: { name: 'Number', type: 'number' },
  });
});
