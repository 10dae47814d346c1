import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../../test/answers.ts';
import { FakeLive } from '../../../../test/fake-live.ts';
import { aFile } from '../../../../test/files.ts';
import { anId } from '../../../../test/records.ts';
import { FilePage } from './file-page.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

async function opened(answer: unknown = aFile()) {
  const ways = { [`GET /api/v1/files/${anId(1)}`]: answer };
  answers(ways);
  const live = new FakeLive();
  const page = new FilePage(anId(1), live);
  const leave = page.follow();
  await expect.poll(() => page.file ?? page.problem).not.toBeNull();
  return { page, live, leave, ways };
}

test('it is fetched, and follows what others change', async () => {
  const { page, live } = await opened();
  live.say('file.changed', aFile({ name: 'renamed.csv', revision: 2 }));
  live.say('file.changed', aFile({ id: anId(2), name: 'another.csv', revision: 9 }));
  live.say('file.changed', aFile({ name: 'late.csv', revision: 1 }));
  expect(page.file?.name).toBe('renamed.csv');
});

test('what never was there is missing, and so is what was removed for good', async () => {
  const never = await opened(() => refusal('resource.missing'));
  expect(never.page.missing).toBe(true);
  const { page, live } = await opened();
  expect(page.missing).toBe(false);
  live.say('file.purged', { id: anId(1) });
  expect(page.missing).toBe(true);
});

test('a file whose project is lost from sight is asked for again, and gone', async () => {
  const { page, live, ways } = await opened();
  ways[`GET /api/v1/files/${anId(1)}`] = () => refusal('resource.missing');
  live.say('session.projects', { lost: [anId(7)] });
  live.say('session.projects', { lost: [anId(100)] });
  await expect.poll(() => page.missing).toBe(true);
});

test('a server that does not answer takes nothing away, and the next connection asks again', async () => {
  const { page, live, leave, ways } = await opened();
  ways[`GET /api/v1/files/${anId(1)}`] = () => refusal('service.unavailable');
  live.reconnect();
  await expect.poll(() => page.problem?.type).toBe('service.unavailable');
  expect([page.missing, page.file?.name]).toEqual([false, 'etch.csv']);
  ways[`GET /api/v1/files/${anId(1)}`] = aFile({ name: 'etch 2.csv', revision: 3 });
  live.reconnect();
  await expect.poll(() => page.file?.name).toBe('etch 2.csv');
  leave();
  expect(live.listeners).toBe(0);
});
