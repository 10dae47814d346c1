import { expect, test } from 'vitest';
import { findCommands } from './block-commands.ts';

const labels = (query: string, { inTable = false, files = true } = {}) =>
  findCommands(query, { inTable, files }).map(({ label }) => label);

test('without a word every block is offered, languages are not', () => {
  expect(labels('')).toEqual([
    'Heading 1',
    'Heading 2',
    'Heading 3',
    'Bullet list',
    'Numbered list',
    'Task list',
    'Table',
    'Code block',
    'Equation',
    'Equation in the line',
    'Image',
    'File',
    'Quote',
    'Divider',
  ]);
});

test('names that start with what was typed come first, other words for it after', () => {
  expect(labels('h2')).toEqual(['Heading 2']);
  expect(labels('Eq')).toEqual(['Equation', 'Equation in the line']);
  expect(labels('todo')).toEqual(['Task list']);
  expect(labels('pyth')).toEqual(['Code block: Python']);
  expect(labels('list')).toEqual(['Bullet list', 'Numbered list', 'Task list']);
  expect(labels('xyz')).toEqual([]);
});

test('a table is not offered inside a table', () => {
  expect(labels('tab', { inTable: true })).toEqual([]);
});

test('images and files are offered where they can be put in', () => {
  expect(labels('photo')).toEqual(['Image']);
  expect(labels('attach')).toEqual(['File']);
  expect(labels('photo', { files: false })).toEqual([]);
});
