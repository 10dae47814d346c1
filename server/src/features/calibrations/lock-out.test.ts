import { expect, test } from 'vitest';
import { calibrationHouse, day } from '../../../test/calibration-house.ts';

test.each([
  ['down', 'Leak at the load lock', 'RIE-2 is down since 2026-06-01 00:00 UTC: Leak at the load lock.'],
  ['maintenance', 'Pump exchange.', 'RIE-2 is in maintenance since 2026-06-01 00:00 UTC: Pump exchange.'],
  ['down', '', 'RIE-2 is down since 2026-06-01 00:00 UTC.'],
] as const)(
  'an instrument that is %s (%s) is locked out, whatever its calibration says',
  async (state, stateReason, reason) => {
    const house = await calibrationHouse();
    const { calibrations } = await house.aProcess();
    for (const calibrationRequired of [true, false]) {
      const over = { name: calibrationRequired ? 'RIE-2' : 'rie-2', calibrationRequired };
      const { id, name } = await house.anInstrument({ ...over, state, stateReason });
      await calibrations.create(house.engineer, { id, ...house.paper(day) });
      expect(await calibrations.lockOutOf(house.orgId, id)).toEqual({
        cause: state,
        reason: reason.replace('RIE-2', name),
        calibrationId: null,
        alertId: null,
      });
    }
  },
);

test('it is asked within a transaction as well as outside, and only of the own organisation', async () => {
  const house = await calibrationHouse();
  const { calibrations } = await house.aProcess();
  const { id } = await house.anInstrument();
  expect(await calibrations.lockOutOf(house.orgId, id)).toMatchObject({ cause: 'missing' });
  await calibrations.create(house.engineer, { id, ...house.paper(day) });
  expect(await calibrations.lockOutOf(house.orgId, id)).toBeNull();
  house.pass(day);
  expect(await calibrations.lockOutOf(house.orgId, id)).toMatchObject({ cause: 'expired' });
  await expect(calibrations.lockOutOf('another', id)).rejects.toThrow('does not exist');
});

test('one in the archive is locked out, and its certificates stay', async () => {
  const house = await calibrationHouse();
  const { calibrations } = await house.aProcess();
  const { id } = await house.anInstrument({ name: 'RIE-2', archivedAt: house.at(0) });
  expect(await calibrations.lockOutOf(house.orgId, id)).toMatchObject({
    reason: 'RIE-2 was put into the archive on 1 Jun 2026.',
  });
  expect(await calibrations.list(house.engineer, { id, limit: 10 })).toMatchObject({ items: [] });
  const recording = calibrations.create(house.engineer, { id, ...house.paper(day) });
  await expect(recording).rejects.toThrow('does not exist');
});
