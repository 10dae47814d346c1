import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { renderOnPage } from '../../../test/render-on-page.ts';
import { CapabilityReport, type CapabilityInput } from './capability-panel.svelte.ts';
import { partsInWords } from './capability-words.ts';
import CapabilityPanel from './CapabilityPanel.svelte';

/** Viscosity of twenty batches (data set of the R package qcc); not normal. */
const viscosity = [
  34.05, 34.4, 33.59, 35.96, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75, 33.27, 33.71, 34.03, 34.58, 34.02, 33.97, 34.05,
  34.04, 33.73, 34.05,
];
const input: CapabilityInput = { values: viscosity, lsl: 31, usl: 37, target: 34 };
const of = (changes: Partial<CapabilityInput> = {}) => new CapabilityReport(() => ({ ...input, ...changes }));

test('each index has its interval', () => {
  const report = of();
  expect(report.within.map(({ name, value, interval }) => `${name} ${value} (${interval})`)).toEqual([
    'Cp 1.97 (1.35 to 2.59)',
    'Cpk 1.91 (1.29 to 2.54)',
    'Cpl 2.03 (1.47 to 2.58)',
    'Cpu 1.91 (1.39 to 2.44)',
    'Cpm 1.94 (1.34 to 2.55)',
  ]);
  expect(report.overall[1]).toMatchObject({ name: 'Ppk', value: '1.70', interval: '1.14 to 2.27' });
  expect(report.method).toBe('mean moving range / d2');
  expect(report.missing).toBeNull();
});

test('the interval of a negative index is read from its lower end', () => {
  expect(of({ lsl: 36, usl: 40, target: 38 }).within[1]).toMatchObject({ value: '-1.26', interval: '-1.68 to -0.83' });
});

test('what is not normal is said with what it rests on', () => {
  const { fits, text } = of().normality ?? {};
  expect(fits).toBe(false);
  expect(text).toMatch(/^The data are not normal \(Anderson–Darling, adjusted A² = 1\.127, p = 0\.006\)/);
  expect(of({ values: viscosity.slice(0, 5) }).normality?.text).toBe(
    'Whether the data are normal cannot be said: there are 5 measurements, and the test needs 8.',
  );
  expect(of({ values: [5, 5, 5, 5, 5, 5, 5, 5, 5] }).normality?.text).toMatch(/all measurements are equal/);
});

test('a normal sample has nothing against it', () => {
  const { fits, text } = of({ values: viscosity.filter((value) => value < 35) }).normality ?? {};
  expect(fits).toBe(true);
  expect(text).toMatch(/^Nothing speaks against a normal distribution/);
});

test('with one limit the indices of its side are there, and it is said why others are not', () => {
  const report = of({ lsl: null });
  expect(report.within.map(({ name }) => name)).toEqual(['Cpk', 'Cpu']);
  expect(report.missing).toBe('There is no lower limit: Cp, Cpl and Cpm are not defined.');
  expect(report.parts[0]).toEqual({ name: 'Observed', below: '–', above: '0', total: '0' });
  expect(of({ target: null }).missing).toBe('There is no target: Cpm is not defined.');
  expect(of({ lsl: null, usl: null }).missing).toBe('Indices need a specification limit.');
});

test('subgroups have the sigma within them, and the histogram has all their measurements', () => {
  const report = of({ values: [viscosity.slice(0, 10), [...viscosity.slice(10, 18), null]], sigmaMethod: 'RMSDF' });
  expect(report.found?.n).toBe(18);
  expect(report.measurements).toHaveLength(19);
  expect(report.method).toMatch(/^pooled/);
});

test('what cannot be computed is said in the words of the engine', () => {
  expect(of({ lsl: 37, usl: 31 }).problem).toBe('The lower specification limit must be below the upper one.');
  expect(of({ values: [1] }).problem).toBe('Capability needs at least two measurements.');
  expect(of({ values: [1] }).within).toEqual([]);
});

test.each([
  [0, '0'],
  [0.002, 'below 0.01'],
  [0.3027, '0.3'],
  [62.2, '62'],
  [13_500.4, '13,500'],
])('%d parts per million are read as %s', (parts, words) => {
  expect(partsInWords(parts)).toBe(words);
});

test('the panel shows indices, verdict, parts and how all that was computed', async () => {
  renderOnPage(CapabilityPanel, { values: viscosity, lsl: 31, usl: 37, target: 34, unit: 'cSt' });
  expect(screen.getByRole('row', { name: 'Cpk 1.91 1.29 to 2.54' })).toBeDefined();
  expect(screen.getByRole('row', { name: /^Observed 0 0 0$/ })).toBeDefined();
  expect(screen.getByText('Not normal')).toBeDefined();
  expect(screen.getByRole('slider', { name: /Histogram \(cSt\), histogram/ })).toBeDefined();
  await fireEvent.click(screen.getByText('How is this computed?'));
  expect(screen.getAllByText(/Bissell/).length).toBeGreaterThan(3);
});

test('the panel says so when there is nothing to compute from', () => {
  renderOnPage(CapabilityPanel, { values: [], lsl: 31, usl: 37, unit: 'cSt' });
  expect(screen.getByRole('note').textContent).toContain('at least two measurements');
  expect(screen.getByText('No measurements yet')).toBeDefined();
});
