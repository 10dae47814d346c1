import { expect, test } from 'vitest';
import { splitFrontMatter, withFrontMatter } from './front-matter.ts';
import type { Properties } from './properties.ts';

const properties: Properties = {
  title: 'Etch “14”: first\\try',
  tags: ['a "quoted" one', 'SiO₂'],
  fields: [
    { id: 'f1', name: 'Lot', type: 'text', value: 'two\nlines: yes' },
    { id: 'f2', name: 'Pressure', type: 'number', value: '30.10', unit: 'mTorr' },
    { id: 'f3', name: 'Ring', type: 'choice', value: 'new', options: ['old', 'new'] },
    { id: 'f4', name: 'Wafer', type: 'sample', value: 'W-0142' },
  ],
};

test('properties go out in front of the text and come back as they were', () => {
  const file = withFrontMatter(properties, '# Plan\n\n---\n\nEtch.\n');
  expect(file.split('\n').slice(0, 7)).toEqual([
    '---',
    'title: "Etch “14”: first\\\\try"',
    'tags: ["a \\"quoted\\" one", "SiO₂"]',
    'fields:',
    '  - name: "Lot"',
    '    type: text',
    '    value: "two\\nlines: yes"',
  ]);
  expect(splitFrontMatter(file)).toEqual({ properties, body: '# Plan\n\n---\n\nEtch.\n' });
});

test('an entry with nothing but a title has one line', () => {
  expect(withFrontMatter({ title: '', tags: [], fields: [] }, 'x')).toBe('---\ntitle: ""\n---\n\nx');
});

test('the simple lines of other programs are read: what they name themselves becomes a text field', () => {
  const file = `---\r
# from elsewhere
title: Oxide etch: the second
tags:
  - etch
  - 'it''s wet'
author: Ada Byron
aliases: [one, 'two, or three']
---
Text`;
  const { properties, body } = splitFrontMatter(file);
  expect(body).toBe('Text');
  expect(properties).toMatchObject({
    title: 'Oxide etch: the second',
    tags: ['etch', "it's wet"],
    fields: [
      { name: 'author', type: 'text', value: 'Ada Byron' },
      { name: 'aliases', type: 'text', value: 'one, two, or three' },
    ],
  });
});

test.each([
  ['no fence', '# Plan\n\ntitle: no'],
  ['a rule that nothing closes', '---\ntitle: no'],
  ['rules around prose', '---\nWe etched, and then\n---\nmore'],
  ['rules around nothing', '---\n---\ntext'],
  ['rules around a list', '---\n- one\n---\ntext'],
])('%s is text', (_what, markdown) => {
  expect(splitFrontMatter(markdown)).toEqual({ properties: null, body: markdown });
});

test('a field that is no field is left out', () => {
  const { properties } = splitFrontMatter('---\nfields:\n  - name: A\n    type: angle\n  - nonsense\n---\n');
  expect(properties?.fields).toEqual([]);
});
