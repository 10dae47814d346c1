import { expect, test } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { anId } from '../../../test/records.ts';
import { Members } from './members.svelte.ts';
import { UsedProperties } from './used-properties.svelte.ts';

const member = (number: number, name: string) => ({
  id: anId(number),
  name,
  email: `${name.toLowerCase()}@acme.test`,
  role: 'engineer',
  claimedRole: 'engineer',
  source: 'provider',
  disabledAt: null,
  lastSeenAt: null,
});

test('members are read once, page by page', async () => {
  const members = new Members();
  const sent = answers({
    'GET /api/v1/members': ({ url }: { url: string }) =>
      url.includes('cursor=next') ? pageOf([member(2, 'Ben')]) : pageOf([member(1, 'Ada')], 'next'),
  });
  await members.load();
  await members.load();
  expect(sent.length).toBe(2);
  expect([members.nameOf(anId(2)), members.nameOf(anId(3))]).toEqual(['Ben', undefined]);
});

test('a list of members that failed is read again by the next who asks', async () => {
  const members = new Members();
  answers({ 'GET /api/v1/members': () => refusal('service.unavailable') });
  await members.load();
  expect(members.all).toEqual([]);
  answers({ 'GET /api/v1/members': pageOf([member(1, 'Ada')]) });
  await members.load();
  expect(members.nameOf(anId(1))).toBe('Ada');
});

test('suggestions that cannot be had leave what was known', async () => {
  const used = new UsedProperties();
  answers({ 'GET /api/v1/entry-properties': { tags: [{ tag: 'etch', entries: 1 }], fields: [] } });
  await used.load();
  answers({ 'GET /api/v1/entry-properties': () => refusal('service.unavailable') });
  await used.load();
  expect(used.found.tags).toEqual([{ tag: 'etch', entries: 1 }]);
});
