import { expect, test } from 'vitest';
import { geometryOf, nearest, placesWithin } from './geometry.ts';

test('places on the axes become pixels inside the margins, and back', () => {
  const geometry = geometryOf({
    width: 300,
    height: 140,
    margins: { left: 50, right: 50, top: 10, bottom: 30 },
    span: { min: 0, max: 100 },
    range: { min: -1, max: 1 },
  });
  expect([geometry.x(0), geometry.x(100), geometry.y(1), geometry.y(-1)]).toEqual([50, 250, 10, 110]);
  expect([geometry.atX(150), geometry.atY(60)]).toEqual([50, 0]);
});

test('in view are the points within, and one beyond either end', () => {
  const xs = [0, 1, 2, 3, 4, 5];
  expect(placesWithin(xs, { min: 1.5, max: 3.5 })).toEqual({ first: 1, last: 4 });
  expect(placesWithin(xs, { min: -5, max: 50 })).toEqual({ first: 0, last: 5 });
  expect(placesWithin([], { min: 0, max: 1 })).toEqual({ first: 0, last: -1 });
});

test('the nearest point is found also beyond the ends', () => {
  const xs = [0, 10, 20];
  expect([-5, 4, 6, 14.9, 99].map((at) => nearest(xs, at))).toEqual([0, 0, 1, 1, 2]);
  expect(nearest([], 3)).toBeNull();
});
