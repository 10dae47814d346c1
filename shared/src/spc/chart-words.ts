import type { ChartKind } from './charts.ts';

/** A chart in words: what a point of it is, how its lines are found, and where that is published. */
export type ChartWords = {
  readonly title: string;
  readonly plots: string;
  /** The centre line, and the standard deviation of a point: limits are so many of these from the centre. */
  readonly center: string;
  readonly deviation: string;
  readonly source: string;
};

const handbook = (part: string): string =>
  `NIST/SEMATECH e-Handbook of Statistical Methods, ${part}, doi:10.18434/M32189`;
const montgomery = 'Montgomery, Introduction to Statistical Quality Control';

/** Each chart in words, as `docs/spc.md` has them. x is a measurement, n the size of a sample, σ the standard deviation of single measurements. */
export const chartWords: Readonly<Record<ChartKind, ChartWords>> = {
  xbar: {
    title: 'X-bar chart',
    plots: 'the mean of each subgroup',
    center: 'the mean of all measurements',
    deviation: 'σ/√n',
    source: handbook('6.3.2.1'),
  },
  median: {
    title: 'Median chart',
    plots: 'the median of each subgroup',
    center: 'the mean of the medians',
    deviation: 'σ · the standard deviation of the median of n normal values',
    source: 'ISO 7870-2, Control charts – Shewhart control charts',
  },
  r: {
    title: 'R chart',
    plots: 'the range of each subgroup',
    center: 'd2(n)·σ',
    deviation: 'd3(n)·σ',
    source: handbook('6.3.2.1'),
  },
  s: {
    title: 'S chart',
    plots: 'the standard deviation of each subgroup',
    center: 'c4(n)·σ',
    deviation: 'σ·√(1 − c4(n)²)',
    source: handbook('6.3.2.1'),
  },
  i: {
    title: 'Individuals chart',
    plots: 'each measurement',
    center: 'the mean of all measurements',
    deviation: 'σ',
    source: handbook('6.3.2.2'),
  },
  mr: {
    title: 'Moving-range chart',
    plots: 'the range of the last m measurements',
    center: 'the mean moving range',
    deviation: 'd3(m)·σ',
    source: handbook('6.3.2.2'),
  },
  ewma: {
    title: 'EWMA chart',
    plots: 'z = λ·x̄ + (1 − λ)·z of the point before',
    center: 'the target, or the mean of all measurements',
    deviation: 'σ/√n · √(λ/(2 − λ)·(1 − (1 − λ)^2i)) at point i; asymptotic limits leave the last factor out',
    source: 'Lucas and Saccucci, Technometrics 32 (1990), pages 1–12',
  },
  cusum: {
    title: 'CUSUM chart',
    plots: 'the sums C⁺ = max(0, C⁺ + z − k) and C⁻ = min(0, C⁻ + z + k), with z = (x̄ − target)/(σ/√n)',
    center: '0',
    deviation: '1, as the sums count standard deviations of a point; the limits are at ± the decision interval',
    source: `${handbook('6.3.2.3')}; Lucas and Crosier, Technometrics 24 (1982), pages 199–205`,
  },
  p: {
    title: 'P chart',
    plots: 'the share of units that fail',
    center: 'p̄ = Σ count / Σ n',
    deviation: '√(p̄(1 − p̄)/n)',
    source: handbook('6.3.3.2'),
  },
  np: {
    title: 'NP chart',
    plots: 'the number of units that fail',
    center: 'n·p̄',
    deviation: '√(n·p̄(1 − p̄))',
    source: montgomery,
  },
  u: {
    title: 'U chart',
    plots: 'the flaws per unit',
    center: 'ū = Σ count / Σ n',
    deviation: '√(ū/n)',
    source: montgomery,
  },
  c: {
    title: 'C chart',
    plots: 'the number of flaws',
    center: 'the mean count c̄',
    deviation: '√c̄',
    source: handbook('6.3.3.1'),
  },
  'laney-p': {
    title: "Laney's P′ chart",
    plots: 'the share of units that fail',
    center: 'p̄ = Σ count / Σ n',
    deviation: '√(p̄(1 − p̄)/n)·σz, where σz is the mean moving range of the z scores of the points / d2(2)',
    source: 'Laney, Quality Engineering 14 (2002), pages 531–537',
  },
  'laney-u': {
    title: "Laney's U′ chart",
    plots: 'the flaws per unit',
    center: 'ū = Σ count / Σ n',
    deviation: '√(ū/n)·σz, where σz is the mean moving range of the z scores of the points / d2(2)',
    source: 'Laney, Quality Engineering 14 (2002), pages 531–537',
  },
  g: {
    title: 'G chart',
    plots: 'the units between two rare events',
    center: 'the mean',
    deviation: '√(mean·(mean + 1))',
    source: 'Benneyan, Health Care Management Science 4 (2001), pages 305–318',
  },
  t: {
    title: 'T chart',
    plots: 'the time between two rare events',
    center: 'the mean of time^(1/3.6), taken back',
    deviation: 'σ of time^(1/3.6); the limits are taken back',
    source: 'Nelson, Journal of Quality Technology 26 (1994), pages 239–240',
  },
};
