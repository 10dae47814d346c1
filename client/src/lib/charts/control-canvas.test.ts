import { expect, test } from 'vitest';
import { aGeometry, anExclusion, someControlPoints } from '../../test/control-points.ts';
import { drawControl } from './control-canvas.ts';
import type { ControlPoint } from './control-point.ts';
import { placesOf, type ControlScene } from './control-scene.ts';
import type { Palette } from './palette.ts';

/** A canvas that keeps what is filled, by colour, as the corners of the shapes, and the texts. */
function recorder() {
  const filled: Record<string, [x: number, y: number][]> = {};
  const texts: string[] = [];
  let corners: [number, number][] = [];
  const ctx = {
    beginPath: () => void (corners = []),
    moveTo: (x: number, y: number) => void corners.push([x, y]),
    arc: (x: number, y: number) => void corners.push([x, y]),
    fill: () => void (filled[ctx.fillStyle] = [...(filled[ctx.fillStyle] ?? []), ...corners]),
    fillText: (text: string) => void texts.push(text),
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillStyle: '',
    ...Object.fromEntries(
      ['lineTo', 'rect', 'fillRect', 'stroke', 'closePath', 'save', 'restore', 'clip', 'setLineDash'].map((name) => [
        name,
        () => {},
      ]),
    ),
  };
  return { ctx: ctx as unknown as CanvasRenderingContext2D, filled, texts };
}

// Each colour by its own name.
const palette = new Proxy({}, { get: (_, name) => String(name) }) as Palette;

function drawnOn(points: readonly ControlPoint[], over: Partial<ControlScene> = {}) {
  const xs = placesOf(points, 'number');
  const { ctx, filled, texts } = recorder();
  const rules = ['WE1', 'WE4'].map((id) => ({ id, words: id }));
  const geometry = aGeometry(500, { min: -0.5, max: points.length - 0.5 });
  const phases = [{ start: 0, name: 'Phase 1', basis: null }];
  const scene = {
    points,
    xs,
    geometry,
    phases,
    rules,
    ticks: { x: [], y: [] },
    before: null,
    names: 'beside',
    ...over,
  } as const;
  drawControl(ctx, scene, palette);
  return { filled, texts };
}

test('of ten thousand points every one that breaks a rule is marked, in the colour of the first rule it breaks', () => {
  const signals = { 1234: ['WE1'], 1235: ['WE4'], 5000: ['WE4', 'WE1'], 9999: ['WE1'] } as Record<number, string[]>;
  const points = someControlPoints(10_000, (i) => ({ signals: signals[i] ?? [] }));
  const { filled } = drawnOn(points);
  const columns = (colour: string) => filled[colour]?.map(([x]) => Math.round(x * 20 - 0.5)).toSorted((a, b) => a - b);
  expect(columns('red')).toEqual([1234, 5000, 9999]);
  // The square begins at its left edge.
  expect(filled['orange']).toHaveLength(1);
  expect(filled['accent-ink'] ?? []).toEqual([]);
});

test('with room for them all points are dots, and those that set the limits are hollow', () => {
  const phases = [{ start: 0, name: '', basis: { first: 0, last: 1 } }];
  const { filled } = drawnOn(someControlPoints(5), { phases });
  // Each dot begins at its right edge and goes round its centre.
  expect([filled['surface']?.length, filled['accent-ink']?.length]).toEqual([4, 6]);
});

test('an excluded point is neither a dot nor a mark', () => {
  const points = someControlPoints(3, (i) => (i === 1 ? { excluded: anExclusion } : {}));
  const { filled } = drawnOn(points);
  expect(filled['accent-ink']).toHaveLength(4);
});

test('the lines and the phases are named', () => {
  const phases = [
    { start: 0, name: 'Old ring', basis: null },
    { start: 10, name: 'New ring', basis: null },
  ];
  const { texts } = drawnOn(someControlPoints(20), { phases });
  expect(texts).toEqual(expect.arrayContaining(['Old ring', 'New ring', 'UCL 13', 'CL 10', 'LCL 7']));
});

test('of the two sums of a CUSUM chart the one beyond its limit is marked', () => {
  const lines = { center: 0, sigma: 1, ucl: 5, lcl: -5 };
  const points = someControlPoints(3, (i) => ({
    ...lines,
    value: 1,
    neg: i === 1 ? -6 : -1,
    signals: i === 1 ? ['WE1'] : [],
  }));
  const geometry = { ...aGeometry(500, { min: -0.5, max: 2.5 }), y: (value: number) => value };
  const { filled } = drawnOn(points, { geometry });
  expect(filled['red']?.map(([, y]) => y)).toEqual([-6 - 1.25 * 4.5]);
});
