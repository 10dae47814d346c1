import type { Attachment } from '@cobench/shared/files/file';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../../test/answers.ts';
import { FakeLive } from '../../../../test/fake-live.ts';
import { aRun } from '../../../../test/lab-records.ts';
import { anEntry, anId } from '../../../../test/records.ts';
import { AttachedRecords } from './attached-records.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const run: Attachment = { kind: 'run', id: anId(1) };
const entry: Attachment = { kind: 'entry', id: anId(2) };

test('runs and entries are shown by name and state, and as others change them', async () => {
  answers({
    [`GET /api/v1/runs/${anId(1)}`]: aRun({ state: 'queued' }),
    [`GET /api/v1/entries/${anId(2)}`]: anEntry({ id: anId(2) }),
  });
  const records = new AttachedRecords(() => [run, entry]);
  expect(records.of(run)).toEqual({ state: 'loading' });
  await records.load();
  expect(records.of(run)).toMatchObject({ name: 'Etch 12', status: 'queued' });
  expect(records.of(entry)).toMatchObject({ name: 'Etch rate of SiO₂', status: null });

  const live = new FakeLive();
  const leave = records.follow(live);
  live.say('run.changed', aRun({ state: 'completed' }));
  live.say('run.changed', aRun({ id: anId(7), state: 'failed' }));
  live.say('entry.deleted', { id: anId(2) });
  expect([records.of(run), records.of(entry)]).toMatchObject([{ status: 'completed' }, { state: 'deleted' }]);
  leave();
  expect(live.listeners).toBe(0);
});

test('what was deleted is said to be, what could not be asked is not', async () => {
  answers({
    [`GET /api/v1/runs/${anId(1)}`]: () => refusal('service.unavailable'),
    [`GET /api/v1/entries/${anId(2)}`]: () => refusal('resource.missing'),
  });
  const records = new AttachedRecords(() => [run, entry]);
  await records.load();
  expect([records.of(run), records.of(entry)]).toEqual([{ state: 'unknown' }, { state: 'deleted' }]);
});
