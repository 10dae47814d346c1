import { expect, test } from 'vitest';
import { capability, capabilityIndices, type Capability } from './capability.ts';
import { normalCdf } from './normal.ts';

/** Viscosity of twenty batches (Montgomery; data set of the R package qcc). */
const viscosity = [
  34.05, 34.4, 33.59, 35.96, 34.7, 33.51, 33.79, 34.04, 34.52, 33.75, 33.27, 33.71, 34.03, 34.58, 34.02, 33.97, 34.05,
  34.04, 33.73, 34.05,
];
const subgroups = [
  [74.03, 74.002, 74.019, 73.992, 74.008],
  [73.995, 73.992, null, 74.011, 74.004],
  [73.988, 74.024, 74.021],
  [74.002, 73.996, 73.993, 74.015, 74.009],
];
const given = { lsl: 31, usl: 37, target: 34 };

const missing = (of: Capability) => capabilityIndices.filter((index) => of[index] === null);

test('the process of the e-Handbook, 6.1.6: USL 20, LSL 8, mean 16, s 2', () => {
  const { mean, sigmaOverall, pp, ppk, ppl, ppu } = capability({
    data: [14, 14, 14, 14, 16, 18, 18, 18, 18],
    lsl: 8,
    usl: 20,
  });
  expect([mean, sigmaOverall, pp]).toEqual([16, 2, 1]);
  expect([ppk, ppl, ppu].map((index) => index?.toFixed(4))).toEqual(['0.6667', '1.3333', '0.6667']);
});

test('the intervals of qcc 3.0 on the viscosity of twenty batches', () => {
  const { cpk, ci } = capability({ data: viscosity, ...given });
  expect(cpk).toBeCloseTo(1.91271331363543, 12);
  const expected = {
    cp: [1.34913963880105, 2.59111108343888],
    cpl: [1.47338767215445, 2.58324605896246],
    cpk: [1.28726936561645, 2.53815726165441],
    cpm: [1.3360157852327, 2.54627193277839],
    pp: [1.20233116438548, 2.30915578818198],
    ppm: [1.19574153042831, 2.27452357878896],
  };
  for (const [index, ends] of Object.entries(expected)) {
    for (const [i, end] of ends.entries()) expect(ci[index as keyof typeof expected]?.[i]).toBeCloseTo(end, 11);
  }
});

test('the intervals of mean and standard deviation are those of Student’s t and chi-square', () => {
  const { ci } = capability({ data: viscosity, ...given });
  // t(0.975, 19) = 2.0930240544 and chi-square(19) = 8.9065164820 and 32.8523268617.
  const margin = (2.0930240544083087 * 0.56944663813584) / Math.sqrt(20);
  expect(ci.mean[0]).toBeCloseTo(34.088 - margin, 11);
  expect(ci.mean[1]).toBeCloseTo(34.088 + margin, 11);
  expect(ci.sigmaOverall[0]).toBeCloseTo(0.56944663813584 * Math.sqrt(19 / 32.8523268617297), 11);
  expect(ci.sigmaOverall[1]).toBeCloseTo(0.56944663813584 * Math.sqrt(19 / 8.906516481987973), 11);
});

test('subgroups may be of unequal sizes and have gaps', () => {
  const result = capability({ data: subgroups, lsl: 73.95, usl: 74.05 });
  expect(result).toMatchObject({ n: 17, sigmaMethod: 'UWAVE-R' });
  const values = subgroups.flat().filter((value) => value !== null);
  expect(result.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 17, 12);
  expect(capability({ data: viscosity, ...given }).sigmaMethod).toBe('MR');
});

test('a limit on one side gives the indices of that side', () => {
  const upper = capability({ data: viscosity, usl: 37, target: 34 });
  expect(missing(upper)).toEqual(['cp', 'cpl', 'cpm', 'pp', 'ppl', 'ppm']);
  expect(upper.cpk).toBe(upper.cpu);
  expect(upper.ci.cp).toBeNull();
  expect(upper.outside.observed).toEqual({ below: null, above: 0, total: 0 });
  const lower = capability({ data: viscosity, lsl: 31, usl: null });
  expect(missing(lower)).toEqual(['cp', 'cpu', 'cpm', 'pp', 'ppu', 'ppm']);
  expect(lower.ppk).toBe(lower.ppl);
  expect(missing(capability({ data: viscosity }))).toEqual([...capabilityIndices]);
});

test('without a target there is no Cpm', () => {
  expect(missing(capability({ data: viscosity, lsl: 31, usl: 37 }))).toEqual(['cpm', 'ppm']);
});

test('the interval of a negative index is in order', () => {
  const { cpk, ci } = capability({ data: viscosity, lsl: 36, usl: 40, target: 38 });
  expect(cpk).toBeCloseTo(-1.25587495043645, 12);
  expect(ci.cpk?.map((end) => end.toFixed(10))).toEqual(['-1.6810624504', '-0.8306874504']);
  const ends = capabilityIndices.map((index) => ci[index]);
  expect(ends.every((interval) => interval !== null && interval[0] < interval[1])).toBe(true);
});

test('a mean on a limit has an index of 0 with an interval around it', () => {
  const { ppk, ci } = capability({ data: [1, 2, 3, 4, 5], lsl: 3, usl: 9 });
  expect(ppk).toBe(0);
  expect(ci.ppk?.[0]).toBeCloseTo(-(ci.ppk?.[1] ?? 0), 14);
  expect(ci.ppk?.[1]).toBeCloseTo(1.959963984540054 / Math.sqrt(45), 12);
});

test('a higher confidence makes every interval wider', () => {
  const narrow = capability({ data: viscosity, ...given, confidence: 0.9 }).ci;
  const wide = capability({ data: viscosity, ...given, confidence: 0.99 }).ci;
  const wider = capabilityIndices.filter(
    (index) =>
      (wide[index]?.[0] ?? 0) < (narrow[index]?.[0] ?? 0) && (wide[index]?.[1] ?? 0) > (narrow[index]?.[1] ?? 0),
  );
  expect(wider).toEqual([...capabilityIndices]);
});

test('each interval says how it was computed', () => {
  const { methods } = capability({ data: viscosity, ...given });
  expect(methods.cp).toMatch(/^chi-square/);
  expect(methods.ppk).toMatch(/Bissell/);
  expect(methods.cpl).toMatch(/one-sided/);
  expect(methods.ppm).toMatch(/Boyles/);
});

test('equal measurements have no indices, and say so by null', () => {
  const result = capability({ data: Array.from({ length: 10 }, () => 0.1), lsl: 0, usl: 1, target: 0.5 });
  expect(result).toMatchObject({ mean: 0.1, sigmaWithin: 0, sigmaOverall: 0, normality: null });
  expect(missing(result)).toEqual([...capabilityIndices]);
  expect(result.ci.cpk).toBeNull();
  expect(result.outside).toEqual({ observed: { below: 0, above: 0, total: 0 }, within: null, overall: null });
  expect(result.ci.mean).toEqual([0.1, 0.1]);
});

test('parts per million outside: counted, and expected with either sigma', () => {
  const { mean, sigmaWithin, sigmaOverall, outside } = capability({ data: viscosity, lsl: 33.3, usl: 35, target: 34 });
  expect(outside.observed).toEqual({ below: 50_000, above: 50_000, total: 100_000 });
  expect(outside.within?.below).toBeCloseTo(1e6 * normalCdf((33.3 - mean) / sigmaWithin), 6);
  expect(outside.overall?.above).toBeCloseTo(1e6 * normalCdf((mean - 35) / sigmaOverall), 6);
  const { below, above, total } = outside.within ?? { below: 0, above: 0, total: 1 };
  expect(total).toBeCloseTo((below ?? 0) + (above ?? 0), 6);
});

test('what is on a specification limit keeps to it', () => {
  expect(capability({ data: [1, 2, 3], lsl: 1, usl: 3 }).outside.observed.total).toBe(0);
});

test('what is not normal is said', () => {
  expect(capability({ data: viscosity, ...given }).normality).toMatchObject({ n: 20, normal: false });
  expect(capability({ data: [1, 2, 3, 4, 5], ...given }).normality).toBeNull();
});

test('unit and origin do not matter, and a mirror exchanges the sides', () => {
  const one = capability({ data: viscosity, ...given });
  const scaled = capability({ data: viscosity.map((v) => v * 25.4 + 7), lsl: 794.4, usl: 946.8, target: 870.6 });
  const mirrored = capability({ data: viscosity.map((v) => -v), lsl: -37, usl: -31, target: -34 });
  for (const index of capabilityIndices) expect(scaled[index]).toBeCloseTo(one[index] ?? 0, 10);
  expect([mirrored.cpl, mirrored.cpu, mirrored.cpk, mirrored.cpm]).toEqual([one.cpu, one.cpl, one.cpk, one.cpm]);
});

test.each([
  ['fewer than two measurements', { data: [5, null], lsl: 1, usl: 9 }],
  ['no two neighbours for a moving range', { data: [5, null, 6], lsl: 1, usl: 9 }],
  ['limits that are the wrong way round', { data: viscosity, lsl: 37, usl: 31 }],
  ['limits that are the same', { data: viscosity, lsl: 31, usl: 31 }],
  ['a limit that is no number', { data: viscosity, lsl: Number.NaN }],
  ['a measurement that is no number', { data: [1, 2, Infinity], lsl: 0 }],
  ['full confidence', { data: viscosity, usl: 37, confidence: 1 }],
])('%s: refused', (_what, request) => {
  expect(() => capability(request)).toThrow(RangeError);
});

test('typed arrays and settings left null are taken as lists and as not told', () => {
  const data = [9.8, 10.1, 10, 9.9, 10.3, 10.2];
  const plain = capability({ data, lsl: 9, usl: 11 });
  expect(capability({ data: Float64Array.from(data), lsl: 9, usl: 11, confidence: null, sigmaMethod: null })).toEqual(
    plain,
  );
});
