import { expect, test } from 'vitest';
import { Zoom } from './zoom.svelte.ts';

const full = { min: 0, max: 100 };

test('following shows everything, or a window of the newest', () => {
  const zoom = new Zoom();
  expect(zoom.span(full)).toEqual(full);
  expect(zoom.span(full, 30)).toEqual({ min: 70, max: 100 });
  expect(zoom.span(full, 300)).toEqual(full);
});

test('a chosen part stands still while new points arrive, until one follows again', () => {
  const zoom = new Zoom();
  zoom.choose({ min: 20, max: 40 });
  expect([zoom.following, zoom.span({ min: 0, max: 500 }, 30)]).toEqual([false, { min: 20, max: 40 }]);
  zoom.follow();
  expect(zoom.span({ min: 0, max: 500 })).toEqual({ min: 0, max: 500 });
});

test('an empty part is not chosen', () => {
  const zoom = new Zoom();
  zoom.choose({ min: 20, max: 20 });
  expect(zoom.following).toBe(true);
});

test('a single point gets room around it', () => {
  expect(new Zoom().span({ min: 5, max: 5 })).toEqual({ min: 4, max: 6 });
});

test('zooming keeps the place under the cursor and ends at everything', () => {
  const zoom = new Zoom();
  zoom.scale(full, { around: 20, factor: 0.5 });
  expect(zoom.span(full)).toEqual({ min: 10, max: 60 });
  zoom.scale(full, { around: 20, factor: 4 });
  expect(zoom.following).toBe(true);
});

test('a place out of view is brought into it', () => {
  const zoom = new Zoom();
  zoom.choose({ min: 20, max: 40 });
  zoom.reveal(full, 30);
  expect(zoom.span(full)).toEqual({ min: 20, max: 40 });
  zoom.reveal(full, 41);
  expect(zoom.span(full)).toEqual({ min: 21, max: 41 });
  zoom.reveal(full, 70);
  expect(zoom.span(full)).toEqual({ min: 60, max: 80 });
  zoom.reveal(full, 3);
  expect(zoom.span(full)).toEqual({ min: 0, max: 20 });
});

test('what is shown is moved as far as there is something', () => {
  const zoom = new Zoom();
  zoom.pan(full, 10);
  expect(zoom.following).toBe(true);
  zoom.choose({ min: 20, max: 40 });
  zoom.pan(full, 30);
  expect(zoom.span(full)).toEqual({ min: 50, max: 70 });
  zoom.pan(full, 500);
  expect(zoom.span(full)).toEqual({ min: 80, max: 100 });
  zoom.pan(full, -500);
  expect(zoom.span(full)).toEqual({ min: 0, max: 20 });
});

test('who follows a window of the newest moves away from it by panning', () => {
  const zoom = new Zoom();
  zoom.pan(full, -5, 20);
  expect([zoom.following, zoom.span(full)]).toEqual([false, { min: 75, max: 95 }]);
});
