import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { anEntry } from '../../../test/records.ts';
import { EntryTitle } from './entry-title.svelte.ts';

const entry = anEntry({ title: 'Oxide etch', version: 3 });
const rename = `PATCH /api/v1/entries/${entry.id}`;

function aTitle() {
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

test('a new title is sent with the version it was made on', async () => {
  const { title, shown } = aTitle();
  const sent = answers({ [rename]: { ...entry, title: 'Oxide etch 2', version: 4 } });
  title.draft = 'Oxide etch 2 ';
  await title.save();
  expect(sent.map(({ body }) => body)).toEqual([{ version: 3, title: 'Oxide etch 2' }]);
  expect([shown.entry.version, title.draft, title.changed, title.problem]).toEqual([4, 'Oxide etch 2', false, null]);
});

test('the same title is not sent, an empty one neither', async () => {
  const { title } = aTitle();
  const sent = answers({});
  title.draft = ' Oxide etch ';
  await title.save();
  title.draft = '  ';
  await title.save();
  expect(sent).toEqual([]);
  expect(title.problem).toBe('A title is needed.');
});

test('when somebody was faster the draft is kept, and the next attempt is made on their version', async () => {
  const { title } = aTitle();
  answers({ [rename]: () => refusal('edit.conflict') });
  title.draft = 'By me';
  await title.save();
  expect(title.draft).toBe('By me');
  expect(title.problem).toMatch(/called “By Ben” now/);
  const sent = answers({ [rename]: { ...entry, title: 'By me', version: 5 } });
  await title.save();
  expect(sent.at(-1)?.body).toEqual({ version: 4, title: 'By me' });
  expect(title.problem).toBeNull();
});

test('whoever renames it while a draft is written is not overwritten unnoticed', async () => {
  const { title, shown } = aTitle();
  title.draft = 'By me';
  shown.entry = { ...entry, title: 'By Ben', version: 4 };
  const sent = answers({ [rename]: () => refusal('edit.conflict') });
  await title.save();
  expect(sent.map(({ body }) => body)).toEqual([{ version: 3, title: 'By me' }]);
  expect(title.problem).toMatch(/called “By Ben” now/);
});

test('until something is typed it follows what others call the entry; a line break becomes a space', () => {
  const { title, shown } = aTitle();
  shown.entry = { ...entry, title: 'Renamed by Ben' };
  expect(title.draft).toBe('Renamed by Ben');
  title.draft = 'two\nlines';
  expect(title.draft).toBe('two lines');
  title.reset();
  expect(title.draft).toBe('Renamed by Ben');
});
