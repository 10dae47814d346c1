import { afterEach, expect, test, vi } from 'vitest';
import { answers } from '../../../test/answers.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { SeriesSettings } from './series-settings.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

test('only what was changed is sent', async () => {
  const settings = new SeriesSettings(aSeries({ revision: 3, specification: { lsl: 1, usl: 9, target: null } }));
  const sent = answers({ [`PATCH /api/v1/series/${anId(20)}`]: aSeries({ revision: 4 }) });
  settings.unit = 'Pa';
  await settings.submit();
  settings.specification.target = 5;
  await settings.submit();
  expect(sent.map(({ body }) => body)).toEqual([
    { revision: 3, unit: 'Pa' },
    { revision: 4, unit: 'Pa', specification: { lsl: 1, usl: 9, target: 5 } },
  ]);
});

test('a chart needs a name', () => {
  const settings = new SeriesSettings(aSeries());
  expect(settings.ready).toBe(true);
  settings.name = ' ';
  expect(settings.ready).toBe(false);
});
