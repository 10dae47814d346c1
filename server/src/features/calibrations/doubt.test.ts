import { doubtOf } from '@cobench/shared/calibrations/doubt';
import { expect, test } from 'vitest';
import { calibrationHouse, day } from '../../../test/calibration-house.ts';

test('what is in doubt begins when a calibration fails, ends with the next good one, and goes when it was no failure', async () => {
  const house = await calibrationHouse();
  const { calibrations } = await house.aProcess();
  const { id } = await house.anInstrument({ name: 'RIE-2' });
  const good = await calibrations.create(house.engineer, { id, ...house.paper(365 * day) });
  expect(await calibrations.doubtsOf(house.orgId, id)).toEqual([]);

  house.pass(30 * day);
  const bad = await calibrations.create(house.engineer, { id, ...house.paper(day, { number: 'C-2', result: 'fail' }) });
  const reason = 'The calibration of RIE-2 of 1 Jul 2026 failed (certificate C-2).';
  const doubt = { calibrationId: bad.id, since: good.performedAt, until: null as string | null, reason };
  expect(await calibrations.doubtsOf(house.orgId, id)).toEqual([doubt]);

  house.pass(day);
  const next = await calibrations.create(house.engineer, { id, ...house.paper(365 * day, { number: 'C-3' }) });
  doubt.until = next.performedAt;
  expect(await calibrations.doubtsOf(house.orgId, id)).toEqual([doubt]);

  await calibrations.revoke(house.pi, { id: bad.id, reason: 'Another instrument' });
  expect(await calibrations.doubtsOf(house.orgId, id)).toEqual([]);
});

test('a revoked certificate puts in doubt what was measured since the named moment, and opens an older doubt again', async () => {
  const house = await calibrationHouse();
  const { calibrations } = await house.aProcess();
  const { id } = await house.anInstrument({ name: 'RIE-2' });
  const knownSince = house.at(0);
  const bad = await calibrations.create(house.engineer, { id, ...house.paper(day, { number: 'C-1', result: 'fail' }) });
  house.pass(day);
  const good = await calibrations.create(house.engineer, { id, ...house.paper(365 * day, { number: 'C-2' }) });
  house.pass(day);
  const doubtfulSince = house.at(-day / 2);
  await calibrations.revoke(house.pi, { id: good.id, reason: 'The standard was off', doubtfulSince });
  const doubts = await calibrations.doubtsOf(house.orgId, id);
  expect(doubts).toEqual([
    expect.objectContaining({ calibrationId: bad.id, since: knownSince, until: null }),
    {
      calibrationId: good.id,
      since: doubtfulSince,
      until: null,
      reason: 'Certificate C-2 of RIE-2 was revoked on 3 Jun 2026: The standard was off.',
    },
  ]);
});

test('whoever marks runs asks for the doubts of all instruments', async () => {
  const house = await calibrationHouse();
  const { calibrations } = await house.aProcess();
  const [one, other] = [await house.anInstrument({ name: 'RIE-2' }), await house.anInstrument({ name: 'SEM-1' })];
  await calibrations.create(house.engineer, { id: other.id, ...house.paper(day) });
  const bad = await calibrations.create(house.engineer, {
    id: one.id,
    ...house.paper(day, { number: 'C-2', result: 'fail' }),
  });
  const { items } = await calibrations.doubts(house.engineer);
  expect(items).toMatchObject([{ instrumentId: one.id, calibrationId: bad.id, since: one.createdAt, until: null }]);
  const at = (startedAt: string | null, instrumentId = one.id) => doubtOf({ instrumentId, startedAt }, items);
  expect(at(house.at(0))).toMatchObject({ calibrationId: bad.id });
  expect([at(house.at(-1)), at(null), at(house.at(0), other.id)]).toEqual([undefined, undefined, undefined]);
});
