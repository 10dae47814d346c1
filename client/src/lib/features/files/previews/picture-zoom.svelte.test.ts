import { expect, test } from 'vitest';
import { PictureZoom } from './picture-zoom.svelte.ts';

const zoomOf = (picture = { width: 1600, height: 800 }) =>
  new PictureZoom({ frame: () => ({ width: 800, height: 600 }), picture: () => picture });

test('a large picture fits its frame, a small one is not enlarged', () => {
  expect([zoomOf().factor, zoomOf({ width: 100, height: 100 }).factor]).toEqual([0.5, 1]);
});

test('what is under the pointer stays there while it is enlarged', () => {
  const zoom = zoomOf();
  zoom.scale(4, { x: 100, y: 0 });
  expect([zoom.factor, zoom.offset]).toEqual([2, { x: -300, y: 0 }]);
});

test('it is moved no further than its edge', () => {
  const zoom = zoomOf();
  zoom.move({ x: 50, y: 50 });
  expect([zoom.movable, zoom.offset]).toEqual([false, { x: 0, y: 0 }]);
  zoom.toActual();
  zoom.move({ x: 9999, y: -9999 });
  expect([zoom.factor, zoom.offset]).toEqual([1, { x: 400, y: -100 }]);
});

test('keys enlarge, move, fit, and show the actual size; others are none of its business', () => {
  const zoom = zoomOf();
  expect(zoom.key('ArrowLeft')).toBe(false);
  expect([zoom.key('1'), zoom.factor]).toEqual([true, 1]);
  expect([zoom.key('ArrowRight'), zoom.offset.x]).toEqual([true, -60]);
  expect([zoom.key('-'), zoom.factor]).toEqual([true, 0.8]);
  expect([zoom.key('0'), zoom.fitted]).toEqual([true, true]);
  expect(zoom.key('Tab')).toBe(false);
});

test('it is never enlarged beyond sixteen times, and back at what fits it is fitted again', () => {
  const zoom = zoomOf();
  zoom.scale(1000);
  expect(zoom.factor).toBe(16);
  zoom.scale(0.001);
  expect([zoom.fitted, zoom.offset]).toEqual([true, { x: 0, y: 0 }]);
});
