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
const pi = () => app.as('pi@acme.test');
const aProject = (over = {}) => laboratory(app).aProject(over);

test('a project is created, read, renamed and described', async () => {
  const created = await call(await engineer(), projectEndpoints.create, { name: '  Oxide  ', description: 'Etch' });
  expect(created).toMatchObject({ name: 'Oxide', description: 'Etch', version: 0 });
  const edited = await call(await engineer(), projectEndpoints.edit, { id: created.id, version: 0, name: 'Nitride' });
  expect(edited).toMatchObject({ name: 'Nitride', description: 'Etch', version: 1 });
  expect(await call(await engineer(), projectEndpoints.get, { id: created.id })).toEqual(edited);
});

test('who saw an older version is told, and nothing is overwritten', async () => {
  const { id } = await aProject();
  const rename = (name: string) => ({ id, version: 0, name });
  await call(await engineer(), projectEndpoints.edit, rename('First there'));
  const late = await refusal(await pi(), projectEndpoints.edit, rename('Too late'));
  expect(late).toMatchObject({ type: 'edit.conflict', status: 409 });
  expect(await call(await pi(), projectEndpoints.get, { id })).toMatchObject({ name: 'First there' });
});

test('of two people who rename at once, one wins and one is told', async () => {
  const { id } = await aProject();
  const [a, b] = [await engineer(), await pi()];
  const answers = await Promise.allSettled(
    [a, b].map((who, index) => call(who, projectEndpoints.edit, { id, version: 0, description: `by ${index}` })),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a name is unique in its organisation, whatever its case, and free again after a deletion', async () => {
  const { id, name } = await aProject();
  const taken = await refusal(await engineer(), projectEndpoints.create, { name: name.toUpperCase() });
  expect(taken).toMatchObject({ type: 'name.taken', errors: [{ pointer: '/name' }] });
  const neighbours = await app.as('engineer@borealis.test');
  await call(neighbours, projectEndpoints.create, { name });
  await call(await pi(), projectEndpoints.remove, { id });
  await call(await engineer(), projectEndpoints.create, { name });
  expect(await refusal(await pi(), projectEndpoints.restore, { id })).toMatchObject({ type: 'name.taken' });
});

test('a deleted project is gone for everybody, and comes back as it was', async () => {
  const project = await aProject();
  const { id } = project;
  await call(await pi(), projectEndpoints.remove, { id });
  for (const contract of [projectEndpoints.get, projectEndpoints.remove]) {
    expect(await refusal(await pi(), contract, { id })).toMatchObject({ type: 'resource.missing' });
  }
  const restored = await call(await pi(), projectEndpoints.restore, { id });
  expect(restored).toMatchObject({ id, name: project.name });
  expect(await refusal(await pi(), projectEndpoints.restore, { id })).toMatchObject({ type: 'resource.missing' });
});

test('the list pages by name without losing or repeating one, and searches literally', async () => {
  const mark = `Page ${Date.now()}`;
  const names = Array.from({ length: 7 }, (_, index) => `${mark} (${index}) .*`);
  await Promise.all(names.toReversed().map((name) => aProject({ name })));
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await call(await engineer(), projectEndpoints.list, { q: mark, limit: 3, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor);
  expect(seen).toEqual(names);
  const literal = await call(await engineer(), projectEndpoints.list, { q: '(3) .*' });
  expect(literal.items.map(({ name }) => name)).toEqual([names[3]]);
});

test.each([
  [{ name: '' }, '/name'],
  [{ name: '   ' }, '/name'],
  [{ name: 'x'.repeat(121) }, '/name'],
  [{ name: { $ne: null } }, '/name'],
  [{ name: 'ok', description: 7 }, '/description'],
  [{ name: 'ok', orgId: nobodysId }, '/orgId'],
])('creating with %o is refused and names the field', async (input, pointer) => {
  const problem = await refusal(await engineer(), projectEndpoints.create, input);
  expect(problem).toMatchObject({ type: 'input.invalid', status: 400, errors: [{ pointer }] });
});

test.each([
  [{ limit: 0 }, '/limit'],
  [{ limit: 201 }, '/limit'],
  [{ cursor: 'made-up' }, '/cursor'],
  [{ sort: 'name' }, '/sort'],
])('listing with %o is refused and names the field', async (query, pointer) => {
  const problem = await refusal(await engineer(), projectEndpoints.list, query);
  expect(problem).toMatchObject({ type: 'input.invalid', errors: [{ pointer }] });
});
