import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { answers, pageOf, refusal } from '../../../../test/answers.ts';
import { FakeLive } from '../../../../test/fake-live.ts';
import { aFile, aFileVersion } from '../../../../test/files.ts';
import { anId } from '../../../../test/records.ts';
import { FileChoice } from './file-choice.svelte.ts';
import { belongs, filterIn } from './file-filter.ts';
import { FileFolders, trailOf } from './file-folders.svelte.ts';
import { FileLimitsForm } from './file-limits.svelte.ts';
import { FileList } from './file-list.svelte.ts';
import { outcomeWords } from './outcome-words.ts';

const project = anId(100);
const who = { projectId: project, personId: anId(9) };
const filterOf = (query: string, of: { projectId: string | null; personId: string | null } = who) =>
  filterIn(new URLSearchParams(query), of);

test('an address says what is listed; what makes no sense in it is left out', () => {
  expect(filterOf('folder=raw/12&sort=largest')).toMatchObject({ folder: 'raw/12', flat: false, sort: 'largest' });
  expect(filterOf('folder=../12&sort=odd&kind=exe')).toMatchObject({ folder: '', sort: 'newest', kind: null });
  expect(filterOf('folder=raw&q=etch')).toMatchObject({ folder: 'raw', flat: true });
  expect(filterOf('folder=raw&mine=1', { ...who, projectId: null })).toMatchObject({
    folder: '',
    flat: true,
    uploadedBy: anId(9),
  });
});

test('a folder shows what lies in it; asked for something, also what lies below', () => {
  const file = aFile({ folder: 'raw/12' });
  const shown = (query: string) => belongs(file, filterOf(query));
  expect([
    shown('folder=raw/12'),
    shown('folder=raw'),
    shown('folder=raw&view=all'),
    shown('folder=ra&view=all'),
  ]).toEqual([true, false, true, false]);
  expect([shown('view=all'), shown('view=all&trash=1'), shown('kind=table'), shown('kind=pdf')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('a list asks for what its filter says and follows what happens', async () => {
  const sent = answers({ 'GET /api/v1/files': pageOf([aFile({ folder: '' })]) });
  const live = new FakeLive();
  const list = new FileList(() => filterOf(''));
  const stop = list.follow(live);
  await list.pages.load();
  expect(sent[0]?.url).toBe(`/api/v1/files?limit=100&projectId=${project}&folder=&sort=newest`);
  const names = () => list.pages.items.map(({ name }) => name);
  live.say('file.changed', aFile({ id: anId(2), name: 'new.csv', folder: '' }));
  live.say('file.changed', aFile({ id: anId(3), name: 'elsewhere.csv', folder: 'raw' }));
  expect(names()).toEqual(['new.csv', 'etch.csv']);
  live.say('file.changed', aFile({ folder: 'raw', revision: 2 }));
  expect(names()).toEqual(['new.csv']);
  live.say('file.purged', { id: anId(2) });
  expect(names()).toEqual([]);
  stop();
  expect(live.listeners).toBe(0);
});

test('an older state that comes late changes nothing', async () => {
  answers({ 'GET /api/v1/files': pageOf([aFile({ folder: '', revision: 3, tags: ['new'] })]) });
  const live = new FakeLive();
  const list = new FileList(() => filterOf(''));
  list.follow(live);
  await list.pages.load();
  live.say('file.changed', aFile({ folder: '', revision: 2, tags: [] }));
  expect(list.pages.items[0]?.tags).toEqual(['new']);
});

test('folders are those of the place where one stands', async () => {
  let folder = $state('');
  const sent = answers({
    'GET /api/v1/files/folders': ({ url }: { url: string }) => ({
      items: [{ path: url.includes('parent=raw') ? 'raw/12' : 'raw', files: 3 }],
    }),
  });
  const folders = new FileFolders(() => ({ projectId: project, folder }));
  const end = $effect.root(() => {
    $effect(() => void folders.load());
  });
  flushSync();
  await expect.poll(() => folders.items[0]?.path).toBe('raw');
  folder = 'raw';
  flushSync();
  await expect.poll(() => folders.items[0]?.path).toBe('raw/12');
  expect(sent).toHaveLength(2);
  expect(trailOf('raw/12')).toEqual([
    { name: 'raw', path: 'raw' },
    { name: '12', path: 'raw/12' },
  ]);
  end();
});

test('what is done with several files is told with what could not be done', async () => {
  const files = [aFile(), aFile({ id: anId(2), name: 'b.csv' }), aFile({ id: anId(3), name: 'c.csv' })];
  answers({
    [`DELETE /api/v1/files/${anId(1)}`]: aFile({ deletedAt: '2026-11-22T10:00:00.000Z' }),
    [`DELETE /api/v1/files/${anId(3)}`]: () => refusal('resource.missing'),
  });
  const choice = new FileChoice(() => files);
  choice.toggle(anId(1));
  choice.toggle(anId(3));
  expect(choice.files.map(({ name }) => name)).toEqual(['etch.csv', 'c.csv']);
  const words = outcomeWords(await choice.trash(), 'moved to the trash');
  expect(words).toEqual({
    done: '“etch.csv” was moved to the trash.',
    problem: '1 file could not be moved to the trash: It does not exist, or you cannot see it.',
  });
  choice.toggleAll();
  expect([choice.isAll, choice.files.length]).toEqual([true, 3]);
  choice.toggleAll();
  expect(choice.files).toEqual([]);
});

test('a tag is given to those that do not have it, and what is out of sight is not touched', async () => {
  let files = $state.raw([aFile({ tags: ['etch'] }), aFile({ id: anId(2) })]);
  const sent = answers({ [`PATCH /api/v1/files/${anId(2)}`]: aFile({ id: anId(2), tags: ['etch'] }) });
  const choice = new FileChoice(() => files);
  choice.toggleAll();
  await choice.tag('etch');
  expect(sent.map(({ body }) => body)).toEqual([{ revision: 1, tags: ['etch'] }]);
  files = [];
  expect(choice.files).toEqual([]);
});

test('limits are typed in GB; nothing is no limit, and nonsense is not sent', async () => {
  const limits = { organisation: 2e12, person: null, largestFile: 64 * 1024 ** 3, revision: 1 };
  const sent = answers({
    'GET /api/v1/files/limits': limits,
    'PATCH /api/v1/files/limits': { ...limits, revision: 2 },
  });
  const form = new FileLimitsForm();
  await form.load();
  expect({ ...form.typed }).toEqual({ organisation: '2000', person: '', largestFile: '' });
  form.typed.person = 'many';
  expect([await form.save(), form.problems.map(({ pointer }) => pointer)]).toEqual([false, ['/person']]);
  form.typed.person = '1,5';
  expect(await form.save()).toBe(true);
  expect(sent.at(-1)?.body).toEqual({ ...limits, person: 1.5e9 });
});

test('a new version is put where it belongs in the order', async () => {
  const answer = [aFile({ folder: '' })];
  const sent = answers({ 'GET /api/v1/files': () => pageOf(answer) });
  const list = new FileList(() => filterOf('sort=largest'));
  await list.pages.load();
  list.changed(aFile({ folder: '', revision: 2, latest: aFileVersion({ number: 2, size: 9 }) }));
  await expect.poll(() => sent.length).toBe(2);
});
