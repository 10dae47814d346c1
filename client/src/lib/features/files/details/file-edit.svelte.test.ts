import type { DataFile } from '@cobench/shared/files/file';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../../test/answers.ts';
import { aFile } from '../../../../test/files.ts';
import { anId } from '../../../../test/records.ts';
import { FileEdit } from './file-edit.svelte.ts';
import { offeredTags } from './offered-tags.ts';

afterEach(() => vi.unstubAllGlobals());

function edited(ways: Record<string, unknown>) {
  const sent = answers(ways);
  let file: DataFile = aFile();
  const edit = new FileEdit({ file: () => file, onchanged: (changed) => (file = changed) });
  return { edit, sent, file: () => file };
}

test('a part is saved on top of what was seen', async () => {
  const { edit, sent, file } = edited({ [`PATCH /api/v1/files/${anId(1)}`]: aFile({ name: 'new.csv', revision: 2 }) });
  expect(await edit.save({ name: 'new.csv' })).toBe(true);
  expect([sent[0]?.body, file().name]).toEqual([{ revision: 1, name: 'new.csv' }, 'new.csv']);
});

test('where somebody changed it first, what they made of it is shown, and the next try is on top of that', async () => {
  const { edit, sent, file } = edited({
    [`PATCH /api/v1/files/${anId(1)}`]: () => refusal('edit.conflict'),
    [`GET /api/v1/files/${anId(1)}`]: aFile({ name: 'theirs.csv', revision: 5 }),
  });
  expect(await edit.save({ name: 'mine.csv' })).toBe(false);
  expect([file().name, edit.sending.problem?.type]).toEqual(['theirs.csv', 'edit.conflict']);
  await edit.save({ name: 'mine.csv' });
  expect(sent.at(-2)?.body).toEqual({ revision: 5, name: 'mine.csv' });
});

test('it is attached to a run and detached again', async () => {
  const to = { kind: 'run', id: anId(7) } as const;
  const { edit, sent, file } = edited({
    [`POST /api/v1/files/${anId(1)}/attachments`]: aFile({ attachments: [to], revision: 2 }),
    [`DELETE /api/v1/files/${anId(1)}/attachments/run/${anId(7)}`]: aFile({ revision: 3 }),
  });
  expect([await edit.attach(to), file().attachments]).toEqual([true, [to]]);
  expect(sent[0]?.body).toEqual({ kind: 'run', recordId: anId(7) });
  expect([await edit.detach(to), file().attachments]).toEqual([true, []]);
});

test('tags in use are offered, and what is typed where it is none of them', () => {
  const labels = (text: string) =>
    offeredTags(text, { used: ['SEM', 'etch'], has: ['etch'] }).map(({ label }) => label);
  expect([labels(''), labels('s'), labels('SEM'), labels('etch'), labels('  ')]).toEqual([
    ['SEM'],
    ['SEM', 's'],
    ['SEM'],
    [],
    ['SEM'],
  ]);
});
