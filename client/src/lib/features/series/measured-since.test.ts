import { expect, test } from 'vitest';
import { aControlPoint, anExclusion } from '../../../test/control-points.ts';
import { measuredSince } from './measured-since.ts';

test('only what was measured in the phase counts, without what is excluded', () => {
  const points = [
    aControlPoint(4, { items: [99] }),
    aControlPoint(5, { items: [10.5] }),
    aControlPoint(6, { items: [1, null, 3] }),
    aControlPoint(7, { items: [50], excluded: anExclusion }),
  ];
  expect(measuredSince(points, 5)).toEqual([10.5, [1, null, 3], null]);
});
