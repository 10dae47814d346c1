import type { ControlPoint } from '../lib/charts/control-point.ts';
import { geometryOf } from '../lib/charts/geometry.ts';

/** A point of a chart with centre 10, sigma 1 and limits at three sigma; a minute after the one before it. */
export const aControlPoint = (index: number, over: Partial<ControlPoint> = {}): ControlPoint => ({
  index,
  at: Date.UTC(2026, 10, 21) + index * 60_000,
  value: 10,
  center: 10,
  sigma: 1,
  ucl: 13,
  lcl: 7,
  items: [10],
  size: null,
  signals: [],
  excluded: null,
  runId: null,
  label: '',
  ...over,
});

export const someControlPoints = (
  count: number,
  over: (index: number) => Partial<ControlPoint> = () => ({}),
): ControlPoint[] => Array.from({ length: count }, (_, i) => aControlPoint(i, over(i)));

export const anExclusion = { byName: 'Mateo Herrera', at: '2026-11-21T10:00:00.000Z', reason: 'Pump was off' };

/** `width` pixels for this part of the horizontal axis, 100 for values from 0 to 20, no margins. */
export const aGeometry = (width: number, span: { min: number; max: number }) =>
  geometryOf({
    width,
    height: 100,
    margins: { left: 0, right: 0, top: 0, bottom: 0 },
    span,
    range: { min: 0, max: 20 },
  });
