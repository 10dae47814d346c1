import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, refusal } from '../../../test/call.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory, nobodysId } from '../../../test/laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const engineer = () => app.as('engineer@acme.test');

async function anEntry(over: { title?: string; markdown?: string; projectId?: string } = {}) {
  const projectId = over.projectId ?? (await laboratory(app).aProject()).id;
  return call(await engineer(), notebookEndpoints.create, { title: 'Etch 14', ...over, projectId });
}

test('an entry started from markdown is stored, and reads back as the same markdown', async () => {
  const markdown = '# Plan\n\nRate **31.8** nm/min at $\\eta = 2$.\n\n- [x] season\n- [ ] etch';
  const entry = await anEntry({ markdown });
  expect(entry).toMatchObject({ title: 'Etch 14', editedBy: 'Mateo Herrera', version: 0 });
  expect(entry.excerpt).toContain('Plan Rate 31.8 nm/min');
  const stored = await call(await engineer(), notebookEndpoints.markdown, { id: entry.id });
  expect(stored.markdown.trim()).toBe(`---\ntitle: "Etch 14"\n---\n\n${markdown}`);
});

test('an empty entry has an empty body', async () => {
  const { id } = await anEntry();
  const stored = await call(await engineer(), notebookEndpoints.markdown, { id });
  expect(stored).toEqual({ title: 'Etch 14', markdown: '---\ntitle: "Etch 14"\n---\n\n' });
});

test('a stale rename is refused and the title stays', async () => {
  const { id } = await anEntry();
  await call(await engineer(), notebookEndpoints.rename, { id, version: 0, title: 'Etch 15' });
  const pi = await app.as('pi@acme.test');
  const late = await refusal(pi, notebookEndpoints.rename, { id, version: 0, title: 'Etch 16' });
  expect(late).toMatchObject({ type: 'edit.conflict' });
  expect(await call(pi, notebookEndpoints.get, { id })).toMatchObject({ title: 'Etch 15', version: 1 });
});

test('the list shows one project or all, last edited first, and finds by title', async () => {
  const { id: projectId } = await laboratory(app).aProject();
  for (const title of ['One', 'Two', 'Three']) await anEntry({ projectId, title });
  const page = await call(await engineer(), notebookEndpoints.list, { projectId });
  expect(page.items.map(({ title }) => title)).toEqual(['Three', 'Two', 'One']);
  const found = await call(await engineer(), notebookEndpoints.list, { projectId, q: 'tw' });
  expect(found.items.map(({ title }) => title)).toEqual(['Two']);
});

test('entries go with their project and come back with it', async () => {
  const { id: projectId } = await laboratory(app).aProject();
  const { id } = await anEntry({ projectId });
  const pi = await app.as('pi@acme.test');
  await call(pi, projectEndpoints.remove, { id: projectId });
  expect(await refusal(pi, notebookEndpoints.get, { id })).toMatchObject({ type: 'resource.missing' });
  await call(pi, projectEndpoints.restore, { id: projectId });
  expect(await call(pi, notebookEndpoints.get, { id })).toMatchObject({ id });
});

test('a deleted entry is gone and can be brought back with its text', async () => {
  const { id } = await anEntry({ markdown: 'kept' });
  await call(await engineer(), notebookEndpoints.remove, { id });
  expect(await refusal(await engineer(), notebookEndpoints.markdown, { id })).toMatchObject({
    type: 'resource.missing',
  });
  await call(await engineer(), notebookEndpoints.restore, { id });
  expect(await call(await engineer(), notebookEndpoints.markdown, { id })).toMatchObject({
    markdown: expect.stringMatching(/kept$/),
  });
});

test.each([
  [{ projectId: nobodysId, title: 'x' }, '/projectId'],
  [{ projectId: 'nope', title: 'x' }, '/projectId'],
  [{ title: ' ' }, '/title'],
  [{ title: ['x'] }, '/title'],
  [{ title: 'x', body: 'y' }, '/body'],
])('starting an entry with %o is refused and names the field', async (input, pointer) => {
  const { id: projectId } = await laboratory(app).aProject();
  const problem = await refusal(await engineer(), notebookEndpoints.create, { projectId, ...input });
  expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer }] });
});

test('a project of another organisation is no project', async () => {
  const { id: projectId } = await laboratory(app, 'borealis.test').aProject();
  const problem = await refusal(await engineer(), notebookEndpoints.create, { projectId, title: 'x' });
  expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer: '/projectId' }] });
});
