import type { NewResult } from '@cobench/shared/ingest/reports';

type Quantity = { name: string; unit: string; mean: number; sigma: number };
export type Metric = Quantity & {
  /** What it should be when this part (0 to 1) of a run is over, where that is not always the mean. */
  course?: (part: number) => number;
};

/** What one tool reports while it runs, and one result at the end. */
export type ToolProfile = {
  instrument: string;
  project: string;
  /** Of its runs in the past. */
  secondsBetweenPoints: number;
  metrics: readonly Metric[];
  result: Quantity & Pick<NewResult, 'tolerance'>;
  /** How it works when it is simulated: its steps, with their share of the time. */
  live?: { seconds: number; pointsPerSecond: number; steps: readonly (readonly [name: string, share: number])[] };
};

/** A peak of a diffractogram or a line of a spectrum. */
const peak = (x: number, { at, height, width }: { at: number; height: number; width: number }): number =>
  height * Math.exp(-(((x - at) / width) ** 2));

export const toolProfiles = {
  etch: {
    instrument: 'RIE-1',
    project: 'Etch uniformity',
    secondsBetweenPoints: 5,
    metrics: [
      { name: 'Chamber pressure', unit: 'mTorr', mean: 30, sigma: 0.22 },
      { name: 'Reflected power', unit: 'W', mean: 4.1, sigma: 0.3 },
    ],
    result: { name: 'Etch rate', unit: 'nm/min', mean: 31.8, sigma: 0.3, tolerance: { lower: 30.5, upper: 33 } },
    live: {
      seconds: 300,
      pointsPerSecond: 2,
      steps: [
        ['Pump down', 0.1],
        ['Gas stabilisation', 0.1],
        ['Main etch', 0.6],
        ['Over-etch', 0.15],
        ['Vent', 0.05],
      ],
    },
  },
  smu: {
    instrument: 'SMU-1',
    project: 'Gate oxide reliability',
    secondsBetweenPoints: 1,
    metrics: [
      { name: 'Gate voltage', unit: 'V', mean: 4.5, sigma: 0.002, course: (part) => 9 * part },
      { name: 'Gate current', unit: 'nA', mean: 1, sigma: 0.004, course: (part) => 0.02 * Math.exp(5.5 * part) },
    ],
    result: { name: 'Breakdown voltage', unit: 'V', mean: 9.4, sigma: 0.15, tolerance: { lower: 9, upper: null } },
    live: {
      seconds: 180,
      pointsPerSecond: 50,
      steps: [
        ['Contact check', 0.1],
        ['Voltage ramp', 0.8],
        ['Discharge', 0.1],
      ],
    },
  },
  spectrometer: {
    instrument: 'OES-1',
    project: 'Etch uniformity',
    secondsBetweenPoints: 2,
    metrics: [
      { name: 'Argon line 750 nm', unit: 'counts', mean: 18_400, sigma: 120 },
      { name: 'CF2 band 252 nm', unit: 'counts', mean: 9200, sigma: 90, course: (part) => 9800 - 1400 * part },
    ],
    result: { name: 'Line ratio', unit: '', mean: 0.5, sigma: 0.01, tolerance: { lower: 0.45, upper: 0.55 } },
    live: {
      seconds: 240,
      pointsPerSecond: 5,
      steps: [
        ['Dark spectrum', 0.1],
        ['Seasoning', 0.7],
        ['Evaluation', 0.2],
      ],
    },
  },
  ellipsometer: {
    instrument: 'ELL-1',
    project: 'ALD alumina',
    secondsBetweenPoints: 10,
    metrics: [
      { name: 'Psi', unit: 'deg', mean: 27.4, sigma: 0.02 },
      { name: 'Delta', unit: 'deg', mean: 131.2, sigma: 0.06 },
      { name: 'Film thickness', unit: 'nm', mean: 33.1, sigma: 0.05 },
    ],
    result: { name: 'Mean thickness', unit: 'nm', mean: 33.1, sigma: 0.05, tolerance: { lower: 32.5, upper: 33.5 } },
    live: {
      seconds: 210,
      pointsPerSecond: 1,
      steps: [
        ['Alignment', 0.15],
        ['Nine sites', 0.7],
        ['Model fit', 0.15],
      ],
    },
  },
  xrd: {
    instrument: 'XRD-1',
    project: 'ALD alumina',
    secondsBetweenPoints: 5,
    metrics: [
      { name: 'Angle 2θ', unit: 'deg', mean: 50, sigma: 0.001, course: (part) => 20 + 60 * part },
      {
        name: 'Intensity',
        unit: 'cps',
        mean: 80,
        sigma: 6,
        course: (part) =>
          80 +
          peak(part, { at: 0.25, height: 420, width: 0.012 }) +
          peak(part, { at: 0.43, height: 910, width: 0.01 }) +
          peak(part, { at: 0.82, height: 5200, width: 0.008 }),
      },
    ],
    result: { name: 'Lattice constant', unit: 'nm', mean: 0.543, sigma: 0.0002, tolerance: null },
    live: {
      seconds: 420,
      pointsPerSecond: 10,
      steps: [
        ['Warm up tube', 0.05],
        ['Scan', 0.9],
        ['Peak search', 0.05],
      ],
    },
  },
  sem: {
    instrument: 'SEM-1',
    project: 'Etch uniformity',
    secondsBetweenPoints: 5,
    metrics: [
      { name: 'Beam current', unit: 'nA', mean: 0.4, sigma: 0.004 },
      { name: 'Chamber vacuum', unit: 'µPa', mean: 310, sigma: 4 },
    ],
    result: { name: 'Trench depth', unit: 'nm', mean: 512, sigma: 3, tolerance: { lower: 500, upper: 525 } },
    live: {
      seconds: 240,
      pointsPerSecond: 1,
      steps: [
        ['Load sample', 0.1],
        ['Pump', 0.2],
        ['Focus and stigmate', 0.2],
        ['Twelve images', 0.5],
      ],
    },
  },
  deposition: {
    instrument: 'ALD-2',
    project: 'ALD alumina',
    secondsBetweenPoints: 45,
    metrics: [{ name: 'Stage temperature', unit: '°C', mean: 200, sigma: 0.4 }],
    result: { name: 'Growth per cycle', unit: 'nm', mean: 0.11, sigma: 0.0009 },
  },
  culture: {
    instrument: 'BIO-A',
    project: 'Fed-batch platform',
    secondsBetweenPoints: 14_400,
    metrics: [
      { name: 'Dissolved oxygen', unit: '%', mean: 40, sigma: 1.1 },
      { name: 'pH', unit: '', mean: 7.05, sigma: 0.02 },
    ],
    result: { name: 'Viability', unit: '%', mean: 95, sigma: 0.8 },
  },
} as const satisfies Record<string, ToolProfile>;
export type ToolName = keyof typeof toolProfiles;
