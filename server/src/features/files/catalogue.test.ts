import { readdir } from 'node:fs/promises';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { mostAttachments } from '@cobench/shared/files/file';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { openLive } from '../../../test/live-client.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { aPdf, aPng, laboratory, nobodysId } from '../../../test/laboratory.ts';

const { list, get, edit, versions, folders, tags, attach, detach, remove, restore, purge } = fileEndpoints;
let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app.close());

const lab = () => laboratory(app);
const as = (role: string) => app.as(`${role}@acme.test`);
const aProject = async () => (await lab().aProject()).id;
async function named(projectId: string, query: Partial<z.input<typeof list.input>> = {}): Promise<string[]> {
  const { items } = await call(await as('viewer'), list, { projectId, ...query });
  return items.map(({ name }) => name);
}

test('a new file is in the list of its project, with who uploaded it and what it is by its bytes', async () => {
  const projectId = await aProject();
  const file = await lab().aFile({
    projectId,
    filename: 'Chart.pdf',
    folder: 'Runs/7',
    tags: ['etch', 'etch', 'depth'],
  });
  const engineer = await call(await as('engineer'), identityEndpoints.me, {});
  expect(file).toMatchObject({
    projectId,
    name: 'Chart.pdf',
    folder: 'Runs/7',
    tags: ['etch', 'depth'],
    description: '',
    versions: 1,
    revision: 0,
    deletedAt: null,
    attachments: [],
    latest: {
      number: 1,
      size: aPdf.length,
      mediaType: 'application/pdf',
      kind: 'pdf',
      scan: 'unscanned',
      uploadedBy: {
        id: engineer.id,
        name: engineer.name,
      },
    },
  });
  expect((await call(await as('viewer'), list, { projectId })).items).toEqual([file]);
  expect(await call(await as('viewer'), get, { id: file.id })).toEqual(file);
});

test('a new version becomes the latest, and the older ones stay', async () => {
  const first = await lab().aFile();
  const { id, projectId } = first;
  const second = await lab().aFile({ fileId: id, projectId, bytes: aPng, filename: 'other name.png' });
  expect(second).toMatchObject({
    id,
    name: first.name,
    versions: 2,
    revision: 1,
    latest: { number: 2, kind: 'image' },
  });
  const { items } = await call(await as('viewer'), versions, { id });
  expect(items.map(({ number, mediaType }) => [number, mediaType])).toEqual([
    [2, 'image/png'],
    [1, 'application/pdf'],
  ]);
  const page = await call(await as('viewer'), versions, { id, limit: 1 });
  const rest = await call(await as('viewer'), versions, { id, limit: 1, cursor: page.nextCursor! });
  expect([page.items[0]?.number, rest.items[0]?.number, rest.nextCursor]).toEqual([2, 1, null]);
});

describe('lists', () => {
  let projectId: string;
  beforeAll(async () => {
    projectId = await aProject();
    const make = async (filename: string, over: Parameters<ReturnType<typeof lab>['aFile']>[0] = {}) =>
      lab().aFile({ projectId, filename, ...over });
    await make('wafer 2.png', { bytes: aPng, folder: 'Raw', tags: ['sem'] });
    await make('wafer 10.csv', { bytes: Buffer.from('a,b\n1,2\n'), folder: 'Raw/CD', tags: ['sem', 'cd'] });
    await make('Wafer 1.json', { bytes: Buffer.from('{"a":1}'), folder: 'Rawhide' });
    await make('notes.md', { bytes: Buffer.from('# Notes on the chamber') });
  });

  test.each([
    ['newest', {}, ['notes.md', 'Wafer 1.json', 'wafer 10.csv', 'wafer 2.png']],
    ['oldest', {}, ['wafer 2.png', 'wafer 10.csv', 'Wafer 1.json', 'notes.md']],
    ['name', {}, ['notes.md', 'Wafer 1.json', 'wafer 2.png', 'wafer 10.csv']],
    ['largest', {}, ['wafer 2.png', 'notes.md', 'wafer 10.csv', 'Wafer 1.json']],
    ['smallest', {}, ['Wafer 1.json', 'wafer 10.csv', 'notes.md', 'wafer 2.png']],
  ] as const)('are in order, %s first, and page by page the same', async (sort, query, names) => {
    expect(await named(projectId, { sort, ...query })).toEqual(names);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(await as('viewer'), list, { projectId, sort, limit: 1, ...(cursor && { cursor }) });
      paged.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(names);
  });

  test.each<[string, Partial<z.input<typeof list.input>>, string[]]>([
    ['exactly in a folder', { folder: 'Raw' }, ['wafer 2.png']],
    ['at the top', { folder: '' }, ['notes.md']],
    ['in a folder or below', { under: 'Raw' }, ['wafer 10.csv', 'wafer 2.png']],
    ['below the top', { under: '' }, ['notes.md', 'Wafer 1.json', 'wafer 10.csv', 'wafer 2.png']],
    ['in a folder that is not below another', { folder: 'Rawhide', under: 'Raw' }, []],
    ['of a kind', { kind: 'image' }, ['wafer 2.png']],
    ['with a tag', { tag: 'cd' }, ['wafer 10.csv']],
    ['by words in any order', { q: 'csv WAFER' }, ['wafer 10.csv']],
    ['by a folder', { q: 'rawhide' }, ['Wafer 1.json']],
    ['by a tag', { q: 'sem' }, ['wafer 10.csv', 'wafer 2.png']],
    ['by what is no pattern', { q: '.*' }, []],
    ['in the trash', { trash: 'only' }, []],
    ['by nobody', { uploadedBy: nobodysId }, []],
    ['of no run', { runId: nobodysId }, []],
  ])('are narrowed: %s', async (_how, query, names) => {
    expect(await named(projectId, query)).toEqual(names);
  });

  test('a file is found by the beginning of its SHA-256, of older versions too', async () => {
    const { id, latest } = await lab().aFile({ projectId, filename: 'old.txt', bytes: Buffer.from('first') });
    await lab().aFile({ projectId, fileId: id, bytes: Buffer.from('second') });
    expect(await named(projectId, { q: latest.sha256.slice(0, 12).toUpperCase() })).toEqual(['old.txt']);
    expect(await named(projectId, { q: latest.sha256 })).toEqual(['old.txt']);
    await call(await as('engineer'), remove, { id });
  });

  test('folders are told one level at a time, with what is in them and below', async () => {
    const of = async (parent = '') =>
      (await call(await as('viewer'), folders, { projectId, parent })).items.map(({ path, files }) => [path, files]);
    expect(await of()).toEqual([
      ['Raw', 2],
      ['Rawhide', 1],
    ]);
    expect(await of('Raw')).toEqual([['Raw/CD', 1]]);
    expect(await of('Raw/CD')).toEqual([]);
    expect(await of('.*')).toEqual([]);
  });

  test('tags are told, most used first', async () => {
    expect(await call(await as('viewer'), tags, { projectId })).toEqual({ items: ['sem', 'cd'] });
  });

  test('a cursor that is none of ours is refused', async () => {
    const problem = await refusal(await as('viewer'), list, { projectId, cursor: 'nonsense' });
    expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/cursor' }] });
  });

  test('files of a deleted project are gone with it, and come back with it', async () => {
    const { id, projectId: own } = await lab().aFile();
    await call(await as('pi'), projectEndpoints.remove, { id: own });
    expect(await named(own)).toEqual([]);
    const gone = { type: 'resource.missing' };
    expect(await refusal(await as('admin'), get, { id })).toMatchObject(gone);
    expect(await refusal(await as('admin'), fileEndpoints.content, { id })).toMatchObject(gone);
    await call(await as('pi'), projectEndpoints.restore, { id: own });
    expect(await named(own)).toHaveLength(1);
  });
});

describe('changes', () => {
  test('a file is renamed, moved, tagged and described; the trail tells what was before', async () => {
    const { id } = await lab().aFile({ filename: 'a.pdf' });
    const change = { name: 'b.pdf', folder: 'X/Y', tags: ['one', 'one'], description: 'Of the first wafer' };
    const edited = await call(await as('technician'), edit, { id, revision: 0, ...change });
    expect(edited).toMatchObject({ ...change, tags: ['one'], revision: 1 });
    const entry = await app.connection.collection('audit').findOne({ action: 'file.edit', 'record.id': id });
    const [before, after] = [entry?.['before'], entry?.['after']].map((fields) => JSON.parse(String(fields)) as object);
    expect(before).toMatchObject({ name: 'a.pdf', folder: '' });
    expect(after).toMatchObject({ name: 'b.pdf', folder: 'X/Y' });
    expect(await named(edited.projectId, { q: 'first wafer' })).toEqual(['b.pdf']);
    expect(await call(await as('technician'), edit, { id, revision: 1, tags: [] })).toMatchObject({
      name: 'b.pdf',
      tags: [],
    });
  });

  test('who saw an older one is told so, and nothing is lost', async () => {
    const { id } = await lab().aFile();
    await call(await as('engineer'), edit, { id, revision: 0, name: 'First.pdf' });
    const late = await refusal(await as('engineer'), edit, { id, revision: 0, name: 'Second.pdf' });
    expect(late).toMatchObject({ type: 'edit.conflict', status: 409 });
    expect((await call(await as('viewer'), get, { id })).name).toBe('First.pdf');
  });

  test.each([
    [{ name: '../../etc/passwd' }, '/name'],
    [{ name: '..' }, '/name'],
    [{ name: 'a\r\nSet-Cookie: x' }, '/name'],
    [{ name: 'evil\u202Egnp.exe' }, '/name'],
    [{ name: 'x'.repeat(256) }, '/name'],
    [{ folder: '../x' }, '/folder'],
    [{ folder: '/x' }, '/folder'],
    [{ folder: 'a//b' }, '/folder'],
    [{ folder: 'a/../../b' }, '/folder'],
    [{ folder: String.raw`a\b` }, '/folder'],
    [{ tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, '/tags'],
    [{ projectId: nobodysId }, '/projectId'],
  ])('%j is refused', async (change, pointer) => {
    const { id } = await lab().aFile();
    const problem = await refusal(await as('engineer'), edit, { id, revision: 0, ...change });
    expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer }] });
  });
});

describe('what a file belongs to', () => {
  test('a run and an entry of its project; each lists it', async () => {
    const { id, projectId } = await lab().aFile();
    const run = await lab().aRun({ projectId });
    const entry = await call(await as('engineer'), notebookEndpoints.create, { projectId, title: 'Entry' });
    await call(await as('technician'), attach, { id, kind: 'run', recordId: run.id });
    const both = await call(await as('technician'), attach, { id, kind: 'entry', recordId: entry.id });
    expect(both.attachments).toEqual([
      { kind: 'run', id: run.id },
      { kind: 'entry', id: entry.id },
    ]);
    expect(await named(projectId, { runId: run.id })).toHaveLength(1);
    expect(await named(projectId, { entryId: entry.id, runId: run.id })).toHaveLength(1);
    expect(await named(projectId, { entryId: run.id })).toHaveLength(0);
    // Again changes nothing, and is no fault.
    expect(await call(await as('technician'), attach, { id, kind: 'run', recordId: run.id })).toEqual(both);
    const one = await call(await as('technician'), detach, { id, kind: 'run', recordId: run.id });
    expect(one.attachments).toEqual([{ kind: 'entry', id: entry.id }]);
    expect(await call(await as('technician'), detach, { id, kind: 'run', recordId: run.id })).toEqual(one);
  });

  test('not to what is of another project, of another organisation, or not there', async () => {
    const { id } = await lab().aFile();
    const [elsewhere, foreign] = [await lab().aRun(), await laboratory(app, 'borealis.test').aRun()];
    for (const recordId of [elsewhere.id, foreign.id, nobodysId]) {
      const problem = await refusal(await as('technician'), attach, { id, kind: 'run', recordId });
      expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/recordId' }] });
    }
  });

  test('to so many and no more', async () => {
    const { id, projectId } = await lab().aFile();
    const full = Array.from({ length: mostAttachments }, () => `run:${crypto.randomUUID()}`);
    const rows = app.connection.collection<{ _id: string }>('files');
    await rows.updateOne({ _id: id }, { $set: { belongsTo: full } });
    const { id: recordId } = await lab().aRun({ projectId });
    const problem = await refusal(await as('technician'), attach, { id, kind: 'run', recordId });
    expect(problem.errors?.[0]?.detail).toContain(`${mostAttachments} records`);
  });
});

describe('the trash', () => {
  test('holds a file until it is restored; meanwhile nothing about it changes', async () => {
    const { id, projectId, name } = await lab().aFile();
    const { id: recordId } = await lab().aRun({ projectId });
    const thrown = await call(await as('technician'), remove, { id });
    expect(thrown.deletedAt).not.toBeNull();
    expect([await named(projectId), await named(projectId, { trash: 'only' })]).toEqual([[], [name]]);
    const technician = await as('technician');
    for (const refused of [
      await refusal(technician, edit, { id, revision: thrown.revision, name: 'x' }),
      await refusal(technician, attach, { id, kind: 'run', recordId }),
      await refusal(technician, detach, { id, kind: 'run', recordId }),
      await refusal(technician, remove, { id }),
      await refusal(technician, fileEndpoints.create, { projectId, fileId: id, file: aPdf }),
    ]) {
      expect(refused).toMatchObject({ type: 'state.conflict', status: 409 });
    }
    expect((await call(technician, restore, { id })).deletedAt).toBeNull();
    expect(await named(projectId)).toEqual([name]);
    expect(await refusal(technician, restore, { id })).toMatchObject({ type: 'state.conflict' });
  });

  test('gives nothing back of what was purged: rows, keys, objects and what was counted are gone', async () => {
    const { id, projectId } = await lab().aFile();
    await lab().aFile({ projectId, fileId: id, bytes: aPng });
    const pi = await as('pi');
    expect(await refusal(pi, purge, { id })).toMatchObject({ type: 'state.conflict' });
    await call(pi, remove, { id });
    const before = await call(await as('admin'), fileEndpoints.usage, {});
    await call(pi, purge, { id });
    expect(await refusal(pi, get, { id })).toMatchObject({ type: 'resource.missing' });
    expect(await app.connection.collection('fileVersions').countDocuments({ fileId: id })).toBe(0);
    const left = await readdir(`${app.config.dataDir}/files/sandbox/${projectId}`, { recursive: true }).catch(() => []);
    expect(left.filter((path) => path.endsWith('.enc'))).toEqual([]);
    const after = await call(await as('admin'), fileEndpoints.usage, {});
    expect(before.organisation.used - after.organisation.used).toBe(aPdf.length + aPng.length);
    expect(await refusal(pi, purge, { id })).toMatchObject({ type: 'resource.missing' });
  });
});

test('what changes is told at once to who sees the project, and to nobody else', async () => {
  const { projectId } = await lab().aFile();
  const [inside, outside] = await Promise.all([
    openLive(await as('viewer')),
    openLive(await app.as('admin@borealis.test')),
  ]);
  const { id } = await lab().aFile({ projectId });
  await inside.until('file.changed', (told) => told.some((file) => file.id === id));
  await call(await as('pi'), remove, { id });
  await inside.until('file.changed', (told) => told.some((file) => file.id === id && file.deletedAt !== null));
  await call(await as('pi'), projectEndpoints.restrict, { id: projectId, version: 0, restricted: true });
  inside.told.length = 0;
  await call(await as('pi'), purge, { id });
  const open = await lab().aFile();
  await inside.until('file.changed', (told) => told.length > 0);
  expect(inside.told.map(({ event, news }) => [event, (news as { id?: string }).id])).toContainEqual([
    'file.changed',
    open.id,
  ]);
  expect([inside.news('file.purged'), outside.news('file.changed'), outside.news('file.purged')]).toEqual([[], [], []]);
  inside.close();
  outside.close();
});
