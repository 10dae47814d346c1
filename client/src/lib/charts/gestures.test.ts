import { beforeEach, expect, test, vi } from 'vitest';
import { aGeometry } from '../../test/control-points.ts';
import { gestures, type GestureTarget } from './gestures.ts';

let frames: (() => void)[] = [];
beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  return () => vi.unstubAllGlobals();
});
const frame = () => frames.splice(0).forEach((run) => run());

function touched(over: Partial<GestureTarget> = {}) {
  const node = document.createElement('div');
  node.setPointerCapture = () => {};
  const seen: string[] = [];
  const note =
    (what: string) =>
    (...facts: unknown[]) =>
      void seen.push(`${what} ${JSON.stringify(facts[0])}`);
  gestures(node, {
    geometry: () => aGeometry(200, { min: 0, max: 100 }),
    wheelZooms: () => true,
    onpan: note('pan'),
    onscale: note('scale'),
    onhover: note('hover'),
    onclick: note('click'),
    onreset: note('reset'),
    ...over,
  });
  const pointer = (type: string, clientX: number, pointerId = 1, pointerType = 'mouse') => {
    const event = new MouseEvent(`pointer${type}`, { clientX, button: 0 });
    node.dispatchEvent(Object.assign(event, { pointerId, pointerType }));
  };
  return { node, seen, pointer };
}

test('dragging moves the picture, once a frame, and is no click', () => {
  const { seen, pointer } = touched();
  pointer('down', 100);
  pointer('move', 110);
  pointer('move', 120);
  frame();
  pointer('up', 120);
  expect(seen.filter((what) => !what.startsWith('hover'))).toEqual(['pan -10']);
});

test('a pointer that stands still clicks', () => {
  const { seen, pointer } = touched();
  pointer('down', 100);
  pointer('move', 101);
  pointer('up', 101);
  expect(seen).toEqual(['click 50.5']);
});

test('two fingers that part zoom in around their middle', () => {
  const { seen, pointer } = touched();
  pointer('down', 80, 1, 'touch');
  pointer('down', 120, 2, 'touch');
  pointer('move', 160, 2, 'touch');
  frame();
  expect(seen.at(-1)).toBe('scale {"around":60,"factor":0.5}');
});

test('the wheel zooms around the pointer; while the chart is not in use the page scrolls', () => {
  const { node, seen } = touched();
  const turn = (target: HTMLElement) => {
    const event = new WheelEvent('wheel', { deltaY: -100, clientX: 50, cancelable: true });
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(turn(node)).toBe(true);
  frame();
  expect(seen.at(-1)).toMatch(/^scale \{"around":25,"factor":0\.77/);
  expect(turn(touched({ wheelZooms: () => false }).node)).toBe(false);
});
