import { expect, test } from 'vitest';
import { andersonDarling } from './anderson-darling.ts';
import { normalQuantile } from './normal.ts';

/** Viscosity of the first twenty batches, and temperature of a boiler: data sets of the R package qcc. */
const viscosity = [
  34.05, 34.4, 33.59, 35.96, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75, 33.27, 33.71, 34.03, 34.58, 34.02, 33.97, 34.05,
  34.04, 33.73, 34.05,
];
const boiler = [
  516, 518, 518, 516, 525, 524, 518, 521, 529, 524, 525, 523, 525, 518, 528, 525, 530, 515, 512, 526, 518, 518, 522,
  523, 525,
];

test('A² of two data sets is that of SciPy 1.17', () => {
  expect(andersonDarling(viscosity)?.statistic).toBeCloseTo(1.0801996115914783, 12);
  expect(andersonDarling(boiler)?.statistic).toBeCloseTo(0.5995582879124868, 12);
});

test('the verdict says what it rests on', () => {
  const test = andersonDarling(viscosity);
  expect(test).toMatchObject({ method: 'Anderson–Darling', n: 20, alpha: 0.05, normal: false });
  expect(test?.adjusted).toBeCloseTo(1.0801996115914783 * (1 + 0.75 / 20 + 2.25 / 400), 12);
  expect(test?.p).toBeCloseTo(0.006003, 6);
  expect(andersonDarling(viscosity, { alpha: 0.001 })?.normal).toBe(true);
});

test('the chance of the critical values of D’Agostino and Stephens, table 4.7, is the level they stand for', () => {
  // Mixtures of a normal sample and its edge sweep through the statistic; each critical value is met on the way.
  const chances = sweep();
  const chanceAt = (critical: number) => chances.find(({ adjusted }) => adjusted >= critical)?.p;
  expect(chanceAt(0.631)).toBeCloseTo(0.1, 2);
  expect(chanceAt(0.752)).toBeCloseTo(0.05, 2);
  expect(chanceAt(0.873)).toBeCloseTo(0.025, 2);
  expect(chanceAt(1.035)).toBeCloseTo(0.01, 2);
});

test('a normal sample is normal, one with a far outlier is not, also where its share is no number any more', () => {
  const normal = Array.from({ length: 10_000 }, (_, i) => normalQuantile((i + 0.5) / 10_000));
  expect(andersonDarling(normal)).toMatchObject({ normal: true });
  expect(andersonDarling(normal)?.p).toBeGreaterThan(0.99);
  const spoiled = andersonDarling([...normal.map((value) => value * 1e-6), 1]);
  expect(spoiled).toMatchObject({ normal: false, p: 0 });
  expect(Number.isFinite(spoiled?.statistic)).toBe(true);
});

test('unit and origin do not matter', () => {
  const shifted = andersonDarling(viscosity.map((value) => 1000 - 25.4 * value));
  expect(shifted?.statistic).toBeCloseTo(andersonDarling(viscosity)?.statistic ?? 0, 9);
});

test('seven measurements, or equal ones, say nothing', () => {
  expect(andersonDarling(viscosity.slice(0, 7))).toBeNull();
  expect(andersonDarling(Array.from({ length: 50 }, () => 0.1))).toBeNull();
});

/** Normal scores bent more and more: the statistic grows in small steps. */
function sweep(): { adjusted: number; p: number }[] {
  return Array.from({ length: 2000 }, (_, step) => {
    const scores = Array.from({ length: 100 }, (_score, i) => normalQuantile((i + 0.5) / 100));
    const result = andersonDarling(scores.map((z) => z + (step / 2000) * z * z));
    return { adjusted: result?.adjusted ?? 0, p: result?.p ?? 0 };
  });
}
