import { expect, test } from 'vitest';
import { aGeometry, anExclusion, someControlPoints } from '../../test/control-points.ts';
import type { ControlPoint } from './control-point.ts';
import { placesOf } from './control-scene.ts';
import { traceCurve } from './curve.ts';

/** The strokes of the curve, each as the corners it goes through. */
function strokes(points: readonly ControlPoint[], width: number): [x: number, y: number][][] {
  const xs = placesOf(points, 'number');
  const drawn: [number, number][][] = [];
  const pen = {
    moveTo: (x: number, y: number) => void drawn.push([[x, y]]),
    lineTo: (x: number, y: number) => void drawn.at(-1)?.push([x, y]),
  };
  const geometry = aGeometry(width, { min: 0, max: points.length - 1 });
  traceCurve(pen, { points, xs, first: 0, last: points.length - 1 }, { geometry, valueOf: ({ value }) => value });
  return drawn;
}

test('with room for each, every point is a corner', () => {
  const points = someControlPoints(3, (i) => ({ value: i * 10 }));
  expect(strokes(points, 200)).toEqual([[[0, 100], [100, 50], [200, 0]]]); // prettier-ignore
});

test('gaps and excluded points interrupt it', () => {
  const points = someControlPoints(7, (i) => ({
    value: i === 2 ? null : 10,
    excluded: i === 5 ? anExclusion : null,
  }));
  expect(strokes(points, 600).map((stroke) => stroke.map(([x]) => x))).toEqual([[0, 100], [300, 400], [600]]);
});

test('of a hundred thousand points the least and the greatest of each column of pixels stay', () => {
  const points = someControlPoints(100_000, (i) => ({
    value: i === 41_234 ? 19.5 : i === 71_234 ? 0.5 : 10 + (i % 5) / 10,
  }));
  const [stroke = []] = strokes(points, 500);
  expect(stroke.length).toBeLessThanOrEqual(4 * 501);
  const ys = stroke.map(([, y]) => y);
  expect([Math.min(...ys), Math.max(...ys)]).toEqual([2.5, 97.5]);
  expect(stroke.find(([, y]) => y === 2.5)?.[0]).toBe(Math.round((41_234 / 99_999) * 500));
});
