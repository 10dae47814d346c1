import { expect, test, vi } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aCalibration, aCalibrationStatus } from '../../../test/calibration-records.ts';
import { anId } from '../../../test/records.ts';
import { Certificates } from './certificates.svelte.ts';

test('the certificates of an instrument follow what happens to them, and to no other', async () => {
  let standing: 'valid' | 'expired' = 'valid';
  const sent = answers({
    [`GET /api/v1/instruments/${anId(5)}/calibrations`]: () => pageOf([aCalibration({ standing })]),
    [`GET /api/v1/instruments/${anId(5)}/calibration/status`]: () => aCalibrationStatus({ standing }),
  });
  const live = new FakeLive();
  const certificates = new Certificates({ instrumentId: anId(5), live });
  const leave = certificates.follow();
  await vi.waitUntil(() => certificates.status !== null && certificates.list.state === 'ready');
  expect([certificates.status?.standing, certificates.list.items[0]?.standing]).toEqual(['valid', 'valid']);

  standing = 'expired';
  live.say('calibration.changed', { instrumentId: anId(6) });
  expect(sent).toHaveLength(2);
  live.say('calibration.changed', { instrumentId: anId(5) });
  await vi.waitUntil(() => certificates.status?.standing === 'expired');
  leave();
  expect(live.listeners).toBe(0);
});
