import { expect, test } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anId, aProject } from '../../../test/records.ts';
import { NewProject } from './new-project.svelte.ts';
import { ProjectEdit } from './project-edit.svelte.ts';
import { Projects } from './projects.svelte.ts';

const names = (projects: Projects) => projects.list.items.map(({ name }) => name);

test('the list follows what others do', async () => {
  let stored = [aProject()];
  answers({ 'GET /api/v1/projects': () => pageOf(stored) });
  const live = new FakeLive();
  const projects = new Projects(() => '');
  const leave = projects.follow(live);
  await projects.list.load();
  live.say('project.changed', aProject({ name: 'Renamed' }));
  expect(names(projects)).toEqual(['Renamed']);
  stored = [aProject({ id: anId(2), name: 'Alumina' }), aProject()];
  live.say('project.changed', stored[0]!);
  await expect.poll(() => names(projects)).toEqual(['Alumina', 'Gate oxide']);
  live.say('project.deleted', { id: anId(2) });
  expect(names(projects)).toEqual(['Gate oxide']);
  live.reconnect();
  await expect.poll(() => names(projects)).toEqual(['Alumina', 'Gate oxide']);
  leave();
  expect(live.listeners).toBe(0);
});

test('a deleted project comes back by undo', async () => {
  const project = aProject();
  answers({
    'GET /api/v1/projects': pageOf([project]),
    [`DELETE /api/v1/projects/${project.id}`]: project,
    [`POST /api/v1/projects/${project.id}/restore`]: project,
  });
  const projects = new Projects(() => '');
  await projects.list.load();
  await projects.remove(project);
  expect(names(projects)).toEqual([]);
  await projects.restore(project);
  expect(names(projects)).toEqual(['Gate oxide']);
});

test('the search goes to the server', async () => {
  const sent = answers({ 'GET /api/v1/projects': pageOf([]) });
  await new Projects(() => 'etch').list.load();
  expect(sent[0]?.url).toBe('/api/v1/projects?limit=50&q=etch');
});

test('a project needs a name before it can be sent; a refused name is told at its field', async () => {
  const errors = [{ pointer: '/name', detail: 'At most 120 characters.' }];
  answers({ 'POST /api/v1/projects': () => refusal('input.invalid', { errors }) });
  const form = new NewProject();
  expect(form.ready).toBe(false);
  form.name = 'x'.repeat(200);
  expect(form.ready).toBe(true);
  expect(await form.submit()).toBe(null);
  expect([form.sending.fields, form.name.length]).toEqual([errors, 200]);
});

test('a conflict keeps the draft, shows theirs, and the next save goes through knowingly', async () => {
  const theirs = aProject({ name: 'Theirs', version: 2 });
  const sent = answers({
    [`PATCH /api/v1/projects/${theirs.id}`]: ({ body }: { body: unknown }) =>
      (body as { version: number }).version === 2 ? aProject({ name: 'Mine', version: 3 }) : refusal('edit.conflict'),
    [`GET /api/v1/projects/${theirs.id}`]: theirs,
  });
  const edit = new ProjectEdit(aProject());
  edit.name = 'Mine';
  expect(await edit.submit()).toBe(null);
  expect([edit.theirs?.name, edit.name, edit.sending.problem?.type]).toEqual(['Theirs', 'Mine', 'edit.conflict']);
  expect((await edit.submit())?.version).toBe(3);
  expect(sent.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
});
