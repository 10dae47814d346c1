import { expect, test } from 'vitest';
import { studentFactor } from './student-t.ts';
import { contributionOf, standardUncertainty, uncertaintyOf, written } from './uncertainty.ts';

const normal = { distribution: 'normal', divisor: 1, sensitivity: 1 } as const;
/** A standard uncertainty with its degrees of freedom. */
const known = (value: number, degreesOfFreedom: number | null) => ({ ...normal, value, degreesOfFreedom });

// JCGM 100:2008, Table G.2: t for the fraction p within ±t.
test.each([
  [1, 1.84, 6.31, 12.71, 13.97, 63.66, 235.8],
  [2, 1.32, 2.92, 4.3, 4.53, 9.92, 19.21],
  [3, 1.2, 2.35, 3.18, 3.31, 5.84, 9.22],
  [5, 1.11, 2.02, 2.57, 2.65, 4.03, 5.51],
  [8, 1.07, 1.86, 2.31, 2.37, 3.36, 4.28],
  [10, 1.05, 1.81, 2.23, 2.28, 3.17, 3.96],
  [16, 1.03, 1.75, 2.12, 2.17, 2.92, 3.54],
  [20, 1.03, 1.72, 2.09, 2.13, 2.85, 3.42],
  [50, 1.01, 1.68, 2.01, 2.05, 2.68, 3.16],
  [Infinity, 1, 1.645, 1.96, 2, 2.576, 3],
])('Table G.2 of the GUM, %d degrees of freedom', (degreesOfFreedom, ...table) => {
  const fractions = [0.682689492137086, 0.9, 0.95, 0.954499736103642, 0.99, 0.99730020393674];
  const factors = fractions.map((p) => studentFactor(degreesOfFreedom, p));
  for (const [i, factor] of factors.entries()) {
    const inTable = Number(table[i]);
    const lastDigit = inTable > 100 ? 0.05 : inTable.toString().split('.')[1]?.length === 3 ? 0.0005 : 0.005;
    expect(Math.abs(factor - inTable), `${inTable} for ${fractions[i]}`).toBeLessThanOrEqual(lastDigit * 1.001);
  }
});

test('GUM H.1, calibration of an end gauge: 32 nm with 16 degrees of freedom, 93 nm for 99 %', () => {
  const budget = [
    // The standard's certificate: 0.075 µm with a coverage factor of 3.
    { ...known(75, 18), divisor: 3 },
    // The difference of the two gauges: repeated observation, and what the comparator adds by chance and by system.
    { ...known(5.8, 24) },
    { ...known(3.9, 5) },
    { ...known(6.7, 8) },
    // The difference of the expansion coefficients: ± 1e-6 per °C, at 0.1 °C off, for 50 mm: 5 nm times that.
    { distribution: 'rectangular', divisor: 1, value: 1, sensitivity: 5, degreesOfFreedom: 50 } as const,
    // The difference of the temperatures: ± 0.05 °C, for 50 mm with 11.5e-6 per °C: 575 nm per °C.
    { distribution: 'rectangular', divisor: 1, value: 0.05, sensitivity: -575, degreesOfFreedom: 2 } as const,
  ];
  const result = uncertaintyOf(budget);
  expect(result?.combined).toBeCloseTo(31.7, 1);
  expect(Math.floor(Number(result?.degreesOfFreedom))).toBe(16);
  expect(studentFactor(16, 0.99)).toBeCloseTo(2.92, 2);
  expect(written(Number(result?.combined))).toBe('32');
  expect(written(studentFactor(16, 0.99) * 32)).toBe('93');
});

test('GUM G.4.1, a product of three quantities: 1.03 % with 19.0 degrees of freedom, 2.2 % for 95 %', () => {
  const result = uncertaintyOf([known(0.25, 9), known(0.57, 4), known(0.82, 14)]);
  expect(result?.combined).toBeCloseTo(1.03, 2);
  expect(result?.degreesOfFreedom).toBeCloseTo(19.0, 1);
  expect(studentFactor(19, 0.95)).toBeCloseTo(2.09, 2);
  expect(written(studentFactor(19, 0.95) * Number(result?.combined))).toBe('2.2');
});

test('a value is divided by what its distribution asks for, and counts as much as the result depends on it', () => {
  const half = (distribution: 'rectangular' | 'triangular' | 'u-shaped') =>
    standardUncertainty({ value: 6, distribution, divisor: 1 });
  expect(half('rectangular')).toBeCloseTo(6 / Math.sqrt(3), 12);
  expect(half('triangular')).toBeCloseTo(6 / Math.sqrt(6), 12);
  expect(half('u-shaped')).toBeCloseTo(6 / Math.sqrt(2), 12);
  expect(contributionOf({ ...known(6, null), divisor: 2, sensitivity: -4 })).toBe(12);
});

test('where all is known beyond doubt the factor is 2, and no source has no uncertainty', () => {
  expect(uncertaintyOf([known(3, null), known(4, null)])).toMatchObject({ combined: 5, degreesOfFreedom: null });
  expect(uncertaintyOf([known(3, null)])?.coverageFactor).toBeCloseTo(2, 4);
  expect(uncertaintyOf([known(0, 5)])).toMatchObject({ combined: 0, expanded: 0, degreesOfFreedom: null });
  expect(uncertaintyOf([])).toBeNull();
});

test('equal sources add their degrees of freedom, and rounding takes none from them', () => {
  expect(uncertaintyOf([known(0.1, 1), known(0.1, 1), known(0.1, 1)])?.degreesOfFreedom).toBe(3);
  expect(uncertaintyOf([known(7, 4)])).toMatchObject({ combined: 7, degreesOfFreedom: 4 });
});

test.each([
  [93.12, '93'],
  [0.03204, '0.032'],
  [123.4, '120'],
  [0.999, '1.0'],
  [1.049, '1.0'],
  [9.96, '10'],
  [0.000_000_012_3, '1.2e-8'],
  [0, '0'],
])('%d is written with two digits: %s', (value, text) => {
  expect(written(value)).toBe(text);
});
