import { expect, test, vi } from 'vitest';
import { aControlPoint, someControlPoints } from '../../test/control-points.ts';
import type { ControlPoint } from './control-point.ts';
import { ControlView } from './control-view.svelte.ts';

const signalling = [12, 40, 41, 90];

function opened(over: { points?: readonly ControlPoint[]; newest?: number | null; onoldest?: () => void } = {}) {
  let given = {
    points: someControlPoints(100, (i) => ({
      signals: signalling.includes(i) ? ['WE1'] : [],
    })) as readonly ControlPoint[],
    x: 'number' as const,
    newest: null as number | null,
    ...over,
  };
  let current = $state.raw(given);
  const view = new ControlView(() => current);
  const press = (...keys: string[]) => keys.map((key) => view.key({ key, shiftKey: false }));
  const grow = (points: readonly ControlPoint[]) => (current = given = { ...given, points });
  return { view, press, grow };
}

test('arrow keys begin at the newest point and go from point to point', () => {
  const { view, press } = opened();
  press('ArrowLeft');
  expect(view.held).toBe(99);
  press('ArrowLeft', 'ArrowLeft', 'ArrowRight');
  expect(view.held).toBe(98);
  press('Home', 'ArrowLeft');
  expect(view.held).toBe(0);
  press('End', 'ArrowRight');
  expect(view.held).toBe(99);
});

test('Page Down and Page Up lead from signal to signal, and no further than the last one', () => {
  const { view, press } = opened();
  const trail = ['PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageDown', 'PageUp'].map((key) => {
    press(key);
    return view.held;
  });
  expect(trail).toEqual([12, 40, 41, 90, 90, 41]);
});

test('what a key leads to is brought into view', () => {
  const { view, press } = opened();
  view.choose({ min: 50, max: 70 });
  press('PageUp');
  expect(view.held).toBe(41);
  expect(view.span.min).toBeLessThanOrEqual(41);
  expect(view.span.max).toBeGreaterThanOrEqual(41);
});

test('plus and minus zoom around the held point, and 0 shows all again', () => {
  const { view, press } = opened();
  const whole = view.span.max - view.span.min;
  view.show(50);
  press('+');
  expect(view.span.max - view.span.min).toBeCloseTo(whole / 2);
  press('-');
  expect(view.zoom.following).toBe(true);
  press('+', '+', '0');
  expect(view.zoom.following).toBe(true);
  press(...Array.from({ length: 40 }, () => '+'));
  expect(view.span.max - view.span.min).toBeGreaterThan(1);
});

test('other keys are left to the page', () => {
  expect(opened().press('Tab', 'a', 'Enter')).toEqual([false, false, false]);
});

test('a held point stays held while points come and older ones are added', () => {
  const { view, grow } = opened({ points: someControlPoints(10).slice(5) });
  view.show(7);
  grow(someControlPoints(12));
  expect([view.held, view.active]).toEqual([7, 7]);
});

test('a click holds the nearest point, another click lets go of it', () => {
  const { view } = opened();
  expect(view.hold(40.3)).toBe(40);
  expect(view.hold(39.8)).toBeNull();
  view.point(3.2);
  expect(view.active).toBe(3);
});

test('following the newest hundred, what comes in moves the view along', () => {
  const { view, grow } = opened({ points: someControlPoints(500), newest: 100 });
  expect(Math.ceil(view.span.min)).toBeGreaterThanOrEqual(395);
  grow(someControlPoints(600));
  expect(Math.ceil(view.span.min)).toBeGreaterThanOrEqual(494);
});

test('an address that names a point shows it among its neighbours', () => {
  const { view } = opened({ points: someControlPoints(10_000) });
  view.showAround(5000, 150);
  expect(view.held).toBe(5000);
  expect(view.span.min).toBeCloseTo(4923.5, 0);
  expect(view.span.max).toBeCloseTo(5076.5, 0);
});

test('who comes to the oldest point is told so, who looks at everything is not', () => {
  const onoldest = vi.fn<() => void>();
  const { view, press } = opened({ onoldest });
  press('End');
  expect(onoldest).not.toHaveBeenCalled();
  view.choose({ min: 40, max: 60 });
  expect(onoldest).not.toHaveBeenCalled();
  press('Home');
  expect(onoldest).toHaveBeenCalledTimes(1);
});

test('by time, points stand in the order in which they came', () => {
  const start = Date.UTC(2026, 10, 21);
  const points = [0, 5, 3, 9].map((minute, i) => aControlPoint(i, { at: start + minute * 60_000 }));
  const view = new ControlView(() => ({ points, x: 'time', newest: null }));
  expect(view.xs.map((at) => (at - start) / 60_000)).toEqual([0, 5, 5, 9]);
});
