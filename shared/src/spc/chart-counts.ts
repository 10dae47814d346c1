import { average, mostCommon } from './averages.ts';
import { distanceOf } from './chart-options.ts';
import type { ChartItems, ChartFamily, ChartItem, ChartPoint, Measurement } from './charts.ts';
import { d2 } from './constants.ts';
import { movingRanges } from './sigma.ts';

/**
 * Charts of counts. `p` plots the share of units that fail, `np` their number, `u` flaws per unit, `c` flaws as counted; all
 * limits are centre ± nsigmas·(standard deviation of the point):
 *
 * | chart | centre           | standard deviation | limits within |
 * | ----- | ---------------- | ------------------ | ------------- |
 * | p     | p̄ = Σ count / Σ n | √(p̄(1 − p̄)/n)     | 0 to 1        |
 * | np    | n·p̄              | √(n·p̄(1 − p̄))     | 0 to n        |
 * | u     | ū = Σ count / Σ n | √(ū/n)             | 0 up          |
 * | c     | mean count       | √c̄                | 0 up          |
 *
 * `laney-p` and `laney-u` are p and u with the standard deviation multiplied by sigmaZ = mean moving range of z / d2(2), where
 * z is a point's distance from the centre in its standard deviations. A sample of size 0 or null is a gap.
 *
 * Sources: Montgomery, Introduction to Statistical Quality Control, chapter 7; NIST/SEMATECH e-Handbook 6.3.3; Laney,
 * Improved Control Charts for Attributes, Quality Engineering 14(4), 2002.
 */
export const counts = {
  p: countFamily({ unit: 'share', fails: true }),
  np: countFamily({ unit: 'count', fails: true }),
  u: countFamily({ unit: 'share', fails: false }),
  c: countFamily({ unit: 'count', fails: false }),
  'laney-p': countFamily({ unit: 'share', fails: true, laney: true }),
  'laney-u': countFamily({ unit: 'share', fails: false, laney: true }),
} satisfies Record<string, ChartFamily>;

type CountKind = {
  /** What is plotted: the count itself, or the count per unit. */
  unit: 'count' | 'share';
  /** Whether whole units fail, so that a count cannot be above its size; else flaws are counted. */
  fails: boolean;
  laney?: true;
};

function countFamily(kind: CountKind): ChartFamily {
  const { unit, fails } = kind;
  return {
    estimate(baseline, options) {
      const samples = samplesOf(kind, baseline);
      const usual = mostCommon(samples.map(({ n }) => n));
      if (usual === undefined && options.center !== undefined && options.sigma !== undefined) {
        return { center: options.center, sigma: options.sigma };
      }
      const size = usual ?? 1;
      const rate = rateOf(kind, samples, { given: options.center, size });
      const center = unit === 'count' ? rate * size : rate;
      const chance = deviationOf(kind, rate, size);
      if (!kind.laney) return { center, sigma: options.sigma ?? chance, size };
      const sigmaZ = options.sigma === undefined ? spreadOfZ(kind, samples, rate) : options.sigma / (chance || 1);
      return { center, sigma: options.sigma ?? chance * sigmaZ, size, sigmaZ };
    },
    draw({ center, sigma, size: usual }, options) {
      const distance = distanceOf(options);
      return {
        push(item, size): ChartPoint {
          const { count, n } = sampleOf(kind, item, size);
          const drawn = n || usual;
          const scale = usual === undefined || drawn === undefined ? 1 : drawn / usual;
          const own = unit === 'count' ? center * scale : center;
          const deviation = unit === 'count' ? sigma * Math.sqrt(scale) : sigma / Math.sqrt(scale);
          const most = fails ? (unit === 'count' ? (drawn ?? Infinity) : 1) : Infinity;
          return {
            value: n === 0 ? null : unit === 'count' ? count : count / n,
            center: own,
            sigma: deviation,
            ucl: Math.min(most, own + distance * deviation),
            lcl: Math.max(0, own - distance * deviation),
          };
        },
        state: () => ({}),
      };
    },
  };
}

/** A count and the size of the sample it comes from; size 0 is a gap. */
type Sample = { count: number; n: number };

const samplesOf = (kind: CountKind, { items, sizes }: ChartItems): Sample[] =>
  items.map((item, i) => sampleOf(kind, item, sizes?.[i]));

function sampleOf({ unit, fails }: CountKind, item: ChartItem, size: Measurement | undefined): Sample {
  // Flaws as counted (`c`) are all of equal chances: each is of one unit.
  const n = unit === 'count' && !fails ? 1 : size;
  if (n !== undefined && n !== null && !(n >= 0 && n < Infinity)) {
    throw new RangeError(`The size of a sample must be a number of at least 0, not ${n}.`);
  }
  if (item == null) return { count: 0, n: 0 };
  if (typeof item !== 'number' || !(item >= 0 && item < Infinity)) {
    throw new RangeError(`A count must be a number of at least 0, not ${JSON.stringify(item)}.`);
  }
  if (n === undefined) throw new RangeError('A count comes with the size of its sample.');
  if (item > (fails ? (n ?? item) : n === 0 ? 0 : Infinity)) {
    throw new RangeError(`In a sample of ${n} there cannot be ${item}.`);
  }
  return { count: item, n: n ?? 0 };
}

/** The mean count per unit, given or from the samples. */
function rateOf(
  kind: CountKind,
  samples: Sample[],
  { given, size }: { given: number | undefined; size: number },
): number {
  if (given === undefined) {
    const known = samples.filter(({ n }) => n > 0);
    return average(
      known.map(({ count, n }) => count / n),
      'there is no sample',
      known.map(({ n }) => n),
    );
  }
  const rate = kind.unit === 'count' ? given / size : given;
  if (rate >= 0 && (rate <= 1 || !kind.fails)) return rate;
  throw new RangeError(`The centre of this chart cannot be ${given}.`);
}

/** The standard deviation of a point by chance alone: binomial or Poisson. */
function deviationOf({ unit, fails }: CountKind, rate: number, n: number): number {
  const variance = fails ? rate * (1 - rate) : rate;
  return Math.sqrt(unit === 'count' ? variance * n : variance / n);
}

function spreadOfZ(kind: CountKind, samples: Sample[], rate: number): number {
  const z = samples.map(({ count, n }) => {
    if (n === 0) return null;
    const chance = deviationOf(kind, rate, n);
    return chance === 0 ? 0 : (count / n - rate) / chance;
  });
  return average(movingRanges(z, 2), 'no two samples are neighbours') / d2(2);
}
