import { expect, test } from 'vitest';
import { answers, refusal } from '../../test/answers.ts';
import { anId, aProject } from '../../test/records.ts';
import { ProjectNames } from './project-names.svelte.ts';

test('a name is asked for once, however many rows show it', async () => {
  const sent = answers({ [`GET /api/v1/projects/${anId(1)}`]: aProject({ name: 'Alumina' }) });
  const names = new ProjectNames();
  expect([names.of(anId(1)), names.of(anId(1))]).toEqual([undefined, undefined]);
  await expect.poll(() => names.of(anId(1))).toBe('Alumina');
  names.learn(aProject({ name: 'Alumina, thin' }));
  expect([names.of(anId(1)), sent.length]).toEqual(['Alumina, thin', 1]);
});

test('the name of a project that one does not see any more is forgotten, and asked for when it is back', async () => {
  const sent = answers({ [`GET /api/v1/projects/${anId(1)}`]: aProject({ name: 'Alumina' }) });
  const names = new ProjectNames();
  names.learn(aProject());
  names.forget(anId(1));
  expect(names.of(anId(1))).toBe(undefined);
  await expect.poll(() => names.of(anId(1))).toBe('Alumina');
  expect(sent).toHaveLength(1);
});

test('a project one may not see stays without a name', async () => {
  const sent = answers({ [`GET /api/v1/projects/${anId(1)}`]: () => refusal('resource.missing') });
  const names = new ProjectNames();
  names.of(anId(1));
  await expect.poll(() => sent.length).toBe(1);
  expect(names.of(anId(1))).toBe(undefined);
});
