import { expect, test } from 'vitest';
import { keysOf, matches } from './property-keys.ts';
import { propertyLimits, type EntryField } from './properties.ts';
import { parseProperties } from './read-properties.ts';

const found = (over: { title?: string; tags?: unknown; fields?: unknown }) =>
  parseProperties({ title: '', tags: {}, fields: {}, ...over });
const field = (over: object) => ({ type: 'text', name: 'Lot', order: 1, value: '', ...over });

test('a title is one line of text', () => {
  const { properties, problems } = found({ title: ' Oxide\netch\u0000 \uFFFC14 ' });
  expect([properties.title, problems]).toEqual(['Oxide etch 14', []]);
});

test('what is too long is cut, between characters, and said', () => {
  const { properties, problems } = found({
    title: `${'x'.repeat(199)}🧪🧪`,
    fields: { a: field({ value: 'y'.repeat(2001) }) },
  });
  expect(properties.title).toBe('x'.repeat(199));
  expect(properties.fields[0]?.value).toBe('y'.repeat(2000));
  expect(problems.map(({ at }) => at)).toEqual(['title', 'a']);
  expect(problems[0]?.detail).toBe('Only the first 200 characters are kept in lists.');
});

test('a tag is one, however it is spelled; tags stand by name', () => {
  const { properties } = found({ tags: { b: '  #wet   etch ', a: 'SiO₂', c: 'Wet Etch', d: 'a, b' } });
  expect(properties.tags).toEqual(['a b', 'SiO₂', 'Wet Etch']);
});

test('fields stand by their place, those without one last', () => {
  const fields = {
    c: field({ order: 'x', name: 'C' }),
    b: field({ order: 2, name: 'B' }),
    a: field({ order: 1.5, name: 'A' }),
    d: field({ order: 2, name: 'D' }),
  };
  expect(found({ fields }).properties.fields.map(({ name }) => name)).toEqual(['A', 'B', 'D', 'C']);
});

test.each<[object, string | null]>([
  [{ type: 'number', value: '30.10', unit: 'mTorr' }, null],
  [{ type: 'number', value: '-1e-8', unit: '' }, null],
  [{ type: 'number', value: '3,5', unit: '' }, '“3,5” is not a number. Write it like 3.5 or 1e-8.'],
  [{ type: 'number', value: 'Infinity' }, '“Infinity” is not a number. Write it like 3.5 or 1e-8.'],
  [{ type: 'date', value: '2024-02-29' }, null],
  [{ type: 'date', value: '2026-02-29' }, '“2026-02-29” is not a date. Write it like 2026-11-21.'],
  [{ type: 'choice', value: 'new', options: ['old', 'new'] }, null],
  [{ type: 'choice', value: 'odd', options: ['old', 'new'] }, '“odd” is none of the choices.'],
  [{ type: 'person', value: '01900000-0000-7000-8000-000000000000' }, null],
  [{ type: 'person', value: 'Ada' }, 'This is not a person.'],
  [{ type: 'sample', value: 'W-0142' }, null],
  [{ type: 'sample', value: 'W 0142' }, '“W 0142” is not a sample code: letters, digits and . _ - / only.'],
  [{ type: 'text', value: 'two\nlines' }, null],
])('%o is kept as it is written; its problem: %s', (stored, problem) => {
  const { properties, problems } = found({ fields: { f: field(stored) } });
  expect(properties.fields[0]).toMatchObject({ ...stored, id: 'f', name: 'Lot' });
  expect(problems).toEqual(problem === null ? [] : [{ at: 'f', detail: problem }]);
});

test('a kind of field from the future is left out, and said', () => {
  const { properties, problems } = found({ fields: { f: field({ type: 'angle' }), g: field({}) } });
  expect(properties.fields.map(({ id }) => id)).toEqual(['g']);
  expect(problems).toEqual([{ at: 'f', detail: expect.stringMatching(/does not know/) }]);
});

test('more tags and fields than there may be are left out, and said', () => {
  const many = Array.from({ length: 50 }, (_, at) => `n${at}`);
  const tags = Object.fromEntries(many.map((name) => [name, name]));
  const fields = Object.fromEntries(many.map((name, order) => [name, field({ order })]));
  const { properties, problems } = found({ tags, fields });
  expect([properties.tags.length, properties.fields.length]).toEqual([propertyLimits.tags, propertyLimits.fields]);
  expect(problems.map(({ at }) => at)).toEqual(['tags', 'n40']);
});

/** Anything that JSON can say, from a seed. */
function anything(random: () => number, depth = 0): unknown {
  const kinds = depth > 3 ? 6 : 8;
  switch (Math.floor(random() * kinds)) {
    case 0:
      return null;
    case 1:
      return random() * 1e9 - 5e8;
    case 2:
      return random() < 0.5;
    case 3:
      return ['text', 'number', 'date', 'choice', 'person', 'sample', '__proto__', '\uD83E'][Math.floor(random() * 8)];
    case 4:
      return String.fromCharCode(...Array.from({ length: 400 }, () => Math.floor(random() * 65_536)));
    case 5:
      return undefined;
    case 6:
      return Array.from({ length: 3 }, () => anything(random, depth + 1));
    default: {
      const names = ['type', 'name', 'value', 'order', 'unit', 'options', 'constructor', String(random())];
      return Object.fromEntries(names.map((name) => [name, anything(random, depth + 1)]));
    }
  }
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('whatever a document says, a reading is within its limits, and reads the same again', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = seeded(seed);
    const fields = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`f${at}`, anything(random)]));
    const { properties } = parseProperties({ title: String(anything(random)), tags: anything(random), fields });
    expect(properties.title.length, `seed ${seed}`).toBeLessThanOrEqual(propertyLimits.title);
    for (const { name, value } of properties.fields) {
      expect(name.length, `seed ${seed}`).toBeLessThanOrEqual(propertyLimits.fieldName);
      expect(value.length, `seed ${seed}`).toBeLessThanOrEqual(propertyLimits.text);
    }
    const again = parseProperties({
      title: properties.title,
      tags: Object.fromEntries(properties.tags.map((tag) => [tag, tag])),
      fields: Object.fromEntries(properties.fields.map((kept, order) => [kept.id, { ...kept, order }])),
    });
    expect(again.properties, `seed ${seed}`).toEqual(properties);
  }
});

test('an entry is found by its tags and fields; a number however it is written', () => {
  const fields: EntryField[] = [
    { id: 'a', type: 'number', name: 'Pressure', value: '30.0', unit: 'mTorr' },
    { id: 'b', type: 'text', name: 'Lot a', value: ' ACM-2217 ' },
  ];
  const entry = { tags: ['SiO₂', 'etch'], fields };
  expect(matches(entry, { tags: ['ETCH', 'sio₂'], field: 'pressure', is: '3e1' })).toBe(true);
  expect(matches(entry, { field: 'lot  A', is: 'acm-2217' })).toBe(true);
  expect(matches(entry, { field: 'lot a' })).toBe(true);
  expect(matches(entry, { tags: ['etch', 'copper'] })).toBe(false);
  expect(matches(entry, { field: 'pressure', is: '31' })).toBe(false);
  expect(matches(entry, {})).toBe(true);
  expect(keysOf({ tags: [], fields: [] })).toEqual([]);
});
