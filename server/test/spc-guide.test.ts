import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conventions, ruleSets } from '@cobench/shared/spc/index';

/** The guide, with its line breaks and the padding of its tables taken away. */
const guide = readFileSync(new URL('../../docs/spc.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');

test.each(conventions.map(({ title, says }) => [title, says] as const))('the guide says: %s', (title, says) => {
  expect(guide).toContain(`**${title}.** ${says}`);
});

test('no convention is told twice', () => {
  expect(new Set(conventions.map(({ title }) => title)).size).toBe(conventions.length);
});

test.each(Object.entries(ruleSets))('the guide has each rule of %s in words', (name, rules) => {
  expect(guide).toContain(`(\`${name}\`)`);
  expect(rules.filter(({ id, title }) => !guide.includes(`| ${id} | ${title} |`))).toEqual([]);
});
