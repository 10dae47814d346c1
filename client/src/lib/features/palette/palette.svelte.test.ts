import House from '@lucide/svelte/icons/house';
import { expect, test } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { aProject, anEntry } from '../../../test/records.ts';
import { matching, type Command } from './command.ts';
import { PaletteSearch } from './palette-search.svelte.ts';

const command = (label: string, words = ''): Command => ({ id: label, label, words, icon: House, run: () => {} });

test('a command is found by the beginnings of its words, in any order', () => {
  const commands = [
    command('New entry', 'create write'),
    command('Notebook', 'go to'),
    command('New project', 'create'),
  ];
  const found = (text: string) => matching(commands, text).map(({ label }) => label);
  expect([found('entry new'), found('cre'), found('go note'), found('zzz'), found('').length]).toEqual([
    ['New entry'],
    ['New entry', 'New project'],
    ['Notebook'],
    [],
    3,
  ]);
});

test('the newest question wins, and nothing typed finds the most recent', async () => {
  const waiting: (() => void)[] = [];
  const sent = answers({
    'GET /api/v1/projects': pageOf([aProject()]),
    'GET /api/v1/runs': pageOf([]),
    'GET /api/v1/entries': async ({ url }: { url: string }) => {
      if (url.includes('q=slow')) await new Promise<void>((resolve) => waiting.push(resolve));
      return pageOf([anEntry({ title: url.includes('q=slow') ? 'Slow' : 'Fast' })]);
    },
  });
  const search = new PaletteSearch();
  const slow = search.search('slow');
  await search.search(' ');
  waiting[0]?.();
  await slow;
  expect(search.found.entries.map(({ title }) => title)).toEqual(['Fast']);
  expect(search.answered).toBe(' ');
  expect(sent.at(-1)?.url).not.toContain('q=');
});
