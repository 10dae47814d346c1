import { expect, test } from 'vitest';
import { calibrationHouse, day } from '../../../test/calibration-house.ts';

const namesOf = ({ items }: { items: { instrumentName: string }[] }) => items.map((item) => item.instrumentName);

test('what was registered before there was a list is on it after a start, in its order', async () => {
  const house = await calibrationHouse();
  const { calibrations } = await house.aProcess();
  const names = ['soon', 'late', 'never'];
  const ids = [];
  for (const name of names) ids.push((await house.anInstrument({ name })).id);
  await house.anInstrument({ name: 'archived', archivedAt: house.at(0) });
  await house.anInstrument({ name: 'free', calibrationRequired: false });
  for (const [i, lasts] of [day, 2 * day].entries()) {
    await calibrations.create(house.engineer, { id: String(ids[i]), ...house.paper(lasts) });
  }
  const list = () => calibrations.due(house.engineer, { limit: 10 });
  expect(namesOf(await list())).toEqual([]);
  await calibrations.passTime();
  expect(namesOf(await list())).toEqual(['never', 'soon', 'late']);
  house.pass(day);
  expect((await list()).items.map(({ standing }) => standing)).toEqual(['missing', 'expired', 'valid']);
});
