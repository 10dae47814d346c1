import { expect, test } from 'vitest';
import { answers, refusal } from '../../test/answers.ts';
import { anId, aPerson } from '../../test/records.ts';
import { Session } from './session.svelte.ts';

test('who is signed in may what the permission table says', async () => {
  answers({ 'GET /api/v1/me': aPerson('technician') });
  const session = new Session();
  expect(session.may('run.create')).toBe(false);
  await session.load();
  expect([session.role, session.may('run.create'), session.may('entry.edit')]).toEqual(['technician', true, false]);
});

test('nobody signed in is a state of its own, not a failure', async () => {
  answers({ 'GET /api/v1/me': () => refusal('auth.required') });
  const session = new Session();
  await session.load();
  expect([session.now, session.me]).toEqual([{ state: 'signed-out' }, null]);
});

test('a server that fails is told, and nothing is allowed meanwhile', async () => {
  answers({ 'GET /api/v1/me': () => refusal('service.unavailable') });
  const session = new Session();
  await session.load();
  expect([session.now.state, session.may('project.read')]).toEqual(['failed', false]);
});

test('an ended session allows nothing', async () => {
  answers({ 'GET /api/v1/me': aPerson('admin') });
  const session = new Session();
  await session.load();
  session.end();
  expect([session.now.state, session.may('project.read')]).toEqual(['signed-out', false]);
});

test('after an interruption it is the same person, or another one, or nobody', async () => {
  const ada = aPerson('engineer');
  answers({ 'GET /api/v1/me': ada });
  const session = new Session();
  await session.load();
  expect(await session.isBack()).toBe(true);
  answers({ 'GET /api/v1/me': { ...ada, id: anId(8) } });
  expect(await session.isBack()).toBe(false);
  answers({ 'GET /api/v1/me': () => refusal('auth.required') });
  expect(await session.isBack()).toBe(false);
  expect(session.me).toEqual(ada);
});
