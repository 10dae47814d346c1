import type { Problem } from '@cobench/shared/errors';
import type { Entry } from '@cobench/shared/notebook/entry';
import { afterEach, expect, test, vi } from 'vitest';
import { EntryTitle } from './entry-title.svelte.ts';

const anEntry = (over: Partial<Entry> = {}): Entry => ({
  id: '0199a000-0000-7000-8000-000000000001',
  projectId: '0199a000-0000-7000-8000-000000000002',
  title: 'Oxide etch',
  excerpt: '',
  version: 3,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
  createdBy: '0199a000-0000-7000-8000-000000000003',
  editedBy: 'Ada Lovelace',
  ...over,
});

function aTitle(entry = anEntry()) {
  const shown = { entry };
  const title = new EntryTitle({
    entry: () => shown.entry,
    onrenamed: (renamed) => (shown.entry = renamed),
    onconflict: async () => {
      shown.entry = { ...shown.entry, title: 'By Ben', version: 4 };
    },
  });
  return { title, shown };
}

const sent: unknown[] = [];

function answer(status: number, body: Entry | Problem): void {
  vi.stubGlobal('fetch', async (_url: string, { body: input }: { body: string }) => {
    sent.push(JSON.parse(input));
    return new Response(JSON.stringify(body), { status });
  });
}

afterEach(() => {
  sent.length = 0;
  vi.unstubAllGlobals();
});

test('a new title is sent with the version it was made on', async () => {
  const { title, shown } = aTitle();
  answer(200, anEntry({ title: 'Oxide etch 2', version: 4 }));
  title.draft = 'Oxide etch 2 ';
  await title.save();
  expect(sent).toEqual([{ version: 3, title: 'Oxide etch 2' }]);
  expect([shown.entry.version, title.draft, title.changed, title.problem]).toEqual([4, 'Oxide etch 2', false, null]);
});

test('the same title is not sent, an empty one neither', async () => {
  const { title } = aTitle();
  answer(200, anEntry());
  title.draft = ' Oxide etch ';
  await title.save();
  title.draft = '  ';
  await title.save();
  expect(sent).toEqual([]);
  expect(title.problem).toBe('A title is needed.');
});

test('when somebody was faster the draft is kept, and the next attempt is made on their version', async () => {
  const { title } = aTitle();
  answer(409, { type: 'edit.conflict', title: 'Someone changed it first.', status: 409, instance: 'r1' });
  title.draft = 'By me';
  await title.save();
  expect(title.draft).toBe('By me');
  expect(title.problem).toMatch(/called “By Ben” now/);
  answer(200, anEntry({ title: 'By me', version: 5 }));
  await title.save();
  expect(sent.at(-1)).toEqual({ version: 4, title: 'By me' });
  expect(title.problem).toBeNull();
});

test('until something is typed it follows what others call the entry; a line break becomes a space', () => {
  const { title, shown } = aTitle();
  shown.entry = anEntry({ title: 'Renamed by Ben' });
  expect(title.draft).toBe('Renamed by Ben');
  title.draft = 'two\nlines';
  expect(title.draft).toBe('two lines');
  title.reset();
  expect(title.draft).toBe('Renamed by Ben');
});
