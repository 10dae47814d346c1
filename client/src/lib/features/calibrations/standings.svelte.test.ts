import type { CalibrationDue } from '@cobench/shared/calibrations/endpoints';
import { expect, test } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anId } from '../../../test/records.ts';
import { CalibrationStandings } from './standings.svelte.ts';

const aDue = (over: Partial<CalibrationDue> = {}): CalibrationDue => ({
  instrumentId: anId(7),
  instrumentName: 'RIE-2',
  calibrationRequired: true,
  standing: 'valid',
  lockOut: null,
  dueAt: '2027-01-01T00:00:00.000Z',
  daysLeft: 40,
  location: '',
  ownerName: null,
  calibration: null,
  ...over,
});

test('a list shows how each instrument stands, and what changes while it is open', async () => {
  let standing: CalibrationDue['standing'] = 'valid';
  answers({ 'GET /api/v1/calibrations/due': () => pageOf([aDue({ standing })]) });
  const live = new FakeLive();
  const standings = new CalibrationStandings();
  const leave = standings.follow(live);
  await standings.load();
  expect([standings.of(anId(7))?.standing, standings.of(anId(8))]).toEqual(['valid', undefined]);
  standing = 'expired';
  live.say('calibration.changed', { instrumentId: anId(7) });
  await expect.poll(() => standings.of(anId(7))?.standing).toBe('expired');
  leave();
  expect(live.listeners).toBe(0);
});
