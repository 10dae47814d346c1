import type { Session } from '@cobench/shared/identity/identity';
import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { MySessions } from './my-sessions.svelte.ts';

const at = '2026-11-21T10:00:00.000Z';
const aSession = (id: string, isThis = false): Session => ({
  id: id.repeat(43),
  kind: 'browser',
  device: 'Firefox on Linux',
  address: '192.0.2.7',
  signedInAt: at,
  lastUsedAt: at,
  isThis,
});
const [here, phone, wall] = [aSession('a', true), aSession('b'), aSession('c')];
const all = { 'GET /api/v1/me/sessions': { items: [here, phone, wall] } };
const idsOf = ({ items }: MySessions) => items?.map(({ id }) => id[0]);

test('one that is ended leaves the list', async () => {
  answers({ ...all, [`POST /api/v1/me/sessions/${phone.id}/end`]: { ended: 1 } });
  const sessions = new MySessions();
  await sessions.load();
  await sessions.end(phone);
  expect(idsOf(sessions)).toEqual(['a', 'c']);
});

test('one that had ended by itself leaves it too', async () => {
  answers({ ...all, [`POST /api/v1/me/sessions/${phone.id}/end`]: () => refusal('resource.missing') });
  const sessions = new MySessions();
  await sessions.load();
  await sessions.end(phone);
  expect(idsOf(sessions)).toEqual(['a', 'c']);
});

test('one that could not be ended stays, and that is said', async () => {
  answers({ ...all, [`POST /api/v1/me/sessions/${phone.id}/end`]: () => refusal('rate.limited') });
  const sessions = new MySessions();
  await sessions.load();
  await expect(sessions.end(phone)).rejects.toThrow('Too many attempts');
  expect(idsOf(sessions)).toEqual(['a', 'b', 'c']);
});

test('all others end at once', async () => {
  answers({ ...all, 'POST /api/v1/me/end-other-sessions': { ended: 2 } });
  const sessions = new MySessions();
  await sessions.load();
  expect(await sessions.endOthers()).toBe(2);
  expect(idsOf(sessions)).toEqual(['a']);
});

test('a list that cannot be read says why, and can be read again', async () => {
  const replies = [refusal('internal.fault'), { items: [here] }];
  answers({ 'GET /api/v1/me/sessions': () => replies.shift() });
  const sessions = new MySessions();
  await sessions.load();
  expect([sessions.items, sessions.problem?.type]).toEqual([null, 'internal.fault']);
  await sessions.load();
  expect([idsOf(sessions), sessions.problem]).toEqual([['a'], null]);
});
