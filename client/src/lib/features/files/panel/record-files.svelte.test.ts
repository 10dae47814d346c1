import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf } from '../../../../test/answers.ts';
import { FakeLive } from '../../../../test/fake-live.ts';
import { aFile } from '../../../../test/files.ts';
import { anId } from '../../../../test/records.ts';
import { RecordFiles } from './record-files.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const run = { kind: 'run', id: anId(7) } as const;
const attachments = [run];

async function opened() {
  const sent = answers({ 'GET /api/v1/files': pageOf([aFile({ attachments })]) });
  const files = new RecordFiles(() => run);
  const live = new FakeLive();
  const leave = files.follow(live);
  await files.pages.load();
  return { files, live, leave, sent, names: () => files.pages.items.map(({ name }) => name) };
}

test('the files of a run are asked for by its id', async () => {
  const { sent, names } = await opened();
  expect([sent[0]?.url, names()]).toEqual([`/api/v1/files?limit=24&runId=${anId(7)}`, ['etch.csv']]);
});

test('what is attached comes, what is detached, trashed or removed goes', async () => {
  const { live, names, leave } = await opened();
  live.say('file.changed', aFile({ id: anId(2), name: 'sem.png', attachments }));
  live.say('file.changed', aFile({ id: anId(3), name: 'of another run.png' }));
  expect(names()).toEqual(['sem.png', 'etch.csv']);
  live.say('file.changed', aFile({ name: 'etch 2.csv', attachments, revision: 2 }));
  live.say('file.changed', aFile({ name: 'late.csv', attachments, revision: 1 }));
  expect(names()).toEqual(['sem.png', 'etch 2.csv']);
  live.say('file.changed', aFile({ id: anId(2), attachments, revision: 2, deletedAt: '2026-11-21T11:00:00.000Z' }));
  live.say('file.changed', aFile({ attachments: [], revision: 3 }));
  expect(names()).toEqual([]);
  leave();
  expect(live.listeners).toBe(0);
});
