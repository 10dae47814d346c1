import { beforeEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../test/answers.ts';
import { anId, aPerson } from '../../test/records.ts';
import { RememberedPerson } from './remembered-person.ts';
import { Session } from './session.svelte.ts';

beforeEach(() => localStorage.clear());

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

test('without the server it is whoever was signed in here last, until the server says', async () => {
  const ada = aPerson('engineer');
  new RememberedPerson().signedIn(ada);
  answers({ 'GET /api/v1/me': () => refusal('service.unavailable') });
  const session = new Session();
  await session.load();
  expect([session.me, session.unconfirmed]).toEqual([ada, true]);
  answers({ 'GET /api/v1/me': { ...ada, role: 'viewer' } });
  expect(await session.confirm()).toBe('same');
  expect([session.role, session.unconfirmed]).toEqual(['viewer', false]);
});

test('a server that takes its time is not waited for where somebody is remembered', async () => {
  vi.useFakeTimers();
  const ada = aPerson('engineer');
  new RememberedPerson().signedIn(ada);
  let answer: (me: unknown) => void = () => {};
  answers({ 'GET /api/v1/me': () => new Promise((resolve) => (answer = resolve)) });
  const onsomebodyelse = vi.fn<() => void>();
  const session = new Session({ onsomebodyelse });
  const loading = session.load();
  await vi.advanceTimersByTimeAsync(3000);
  expect([session.me?.id, session.unconfirmed]).toEqual([ada.id, true]);
  answer({ ...ada, id: anId(8) });
  await loading;
  expect(onsomebodyelse).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

test('whose session has ended is shown nothing without the server, and loses what the server has from this computer', async () => {
  const ada = aPerson('engineer');
  new RememberedPerson().signedIn(ada);
  answers({ 'GET /api/v1/me': () => refusal('auth.required') });
  const onended = vi.fn<(owner: object) => void>();
  await new Session({ onended }).load();
  expect(onended).toHaveBeenCalledWith({ personId: ada.id, organisationId: ada.organisation.id });
  answers({ 'GET /api/v1/me': () => refusal('service.unavailable') });
  const session = new Session();
  await session.load();
  expect(session.now.state).toBe('failed');
});
