import { expect, test } from 'vitest';
import { answers, refusal } from '../../test/answers.ts';
import { anId } from '../../test/records.ts';
import { Doubts } from './doubts.svelte.ts';

const doubt = {
  instrumentId: anId(7),
  calibrationId: anId(8),
  since: '2026-11-01T00:00:00.000Z',
  until: '2026-11-10T00:00:00.000Z',
  reason: 'Certificate C-2 of RIE-2 was revoked.',
};
const startedAt = '2026-11-05T00:00:00.000Z';

test('a run is in doubt that was started on a doubted instrument in that time, and only that', async () => {
  answers({ 'GET /api/v1/calibrations/doubts': { items: [doubt] } });
  const doubts = new Doubts();
  const run = { instrumentId: anId(7), startedAt };
  expect(doubts.of(run)).toBe(undefined);
  await doubts.load();
  expect(doubts.of(run)).toEqual(doubt);
  for (const other of [
    { instrumentId: anId(9) },
    { instrumentId: null },
    { startedAt: null },
    { startedAt: doubt.until },
  ])
    expect(doubts.of({ ...run, ...other })).toBe(undefined);
});

test('what was known stands when the server cannot say', async () => {
  answers({ 'GET /api/v1/calibrations/doubts': { items: [doubt] } });
  const doubts = new Doubts();
  await doubts.load();
  answers({ 'GET /api/v1/calibrations/doubts': () => refusal('service.unavailable') });
  await doubts.load();
  expect(doubts.of({ instrumentId: anId(7), startedAt })).toEqual(doubt);
});
