import { beforeEach, expect, test } from 'vitest';
import { answers, refusal } from '../../test/answers.ts';
import { anId, aProject } from '../../test/records.ts';
import { CurrentProject } from './current-project.svelte.ts';

const key = 'cobench.project.acme';
beforeEach(() => localStorage.clear());

test('what was chosen is there again after a reload, in its organisation only', async () => {
  const project = aProject();
  answers({ [`GET /api/v1/projects/${project.id}`]: project });
  const before = new CurrentProject();
  await before.restore('acme');
  before.choose(project);

  const after = new CurrentProject();
  await after.restore('acme');
  expect(after.project?.name).toBe(project.name);
  await after.restore('borealis');
  expect(after.id).toBe(null);
});

test('a choice in another tab is followed', async () => {
  const project = aProject();
  answers({ [`GET /api/v1/projects/${project.id}`]: project });
  const current = new CurrentProject();
  await current.restore('acme');
  await current.adopt({ key, newValue: project.id });
  expect(current.project?.id).toBe(project.id);
  await current.adopt({ key: 'something.else', newValue: null });
  expect(current.id).toBe(project.id);
  await current.adopt({ key, newValue: null });
  expect([current.id, current.project]).toEqual([null, null]);
});

test('a project that is gone is forgotten', async () => {
  localStorage.setItem(key, anId(3));
  answers({ [`GET /api/v1/projects/${anId(3)}`]: () => refusal('resource.missing') });
  const current = new CurrentProject();
  await current.restore('acme');
  expect([current.id, localStorage.getItem(key)]).toEqual([null, null]);
});

test('without an answer the choice is kept', async () => {
  localStorage.setItem(key, anId(3));
  answers({ [`GET /api/v1/projects/${anId(3)}`]: () => refusal('service.unavailable') });
  const current = new CurrentProject();
  await current.restore('acme');
  expect(current.id).toBe(anId(3));
});

test('a rename shows, a deletion ends the choice', async () => {
  const current = new CurrentProject();
  await current.restore('acme');
  current.choose(aProject());
  current.changed(aProject({ name: 'Renamed' }));
  current.changed(aProject({ id: anId(2), name: 'Another' }));
  expect(current.project?.name).toBe('Renamed');
  current.deleted(anId(1));
  expect(current.id).toBe(null);
});
