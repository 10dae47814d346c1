import { andersonDarling, type NormalityTest } from './anderson-darling.ts';
import { estimatesBy, type Estimate, type Estimates, type Specification } from './capability-indices.ts';
import { intervalMethods, meanInterval, sigmaInterval, type Interval } from './capability-intervals.ts';
import { itemsOf } from './chart-items.ts';
import type { ChartData, SigmaMethod } from './charts.ts';
import { expectedOutside, observedOutside, type PartsOutside } from './parts-outside.ts';
import { estimateSigma, isSingle } from './sigma.ts';
import { deviationOf, finite, meanOf } from './subgroups.ts';

export type CapabilityRequest = {
  /** Measurements, or subgroups of them (of unequal sizes, too); null where one is missing. */
  data: ChartData;
  /** The specification limits, in the unit of the data; absent or null where there is none on that side. */
  lsl?: number | null;
  usl?: number | null;
  /** What is aimed at, in the unit of the data; without it there is no Cpm. */
  target?: number | null;
  /** How the sigma within subgroups is estimated; MR for measurements and UWAVE-R for subgroups unless told. */
  sigmaMethod?: SigmaMethod | null;
  /** The confidence level of the intervals, 0.95 unless told. */
  confidence?: number | null;
};

/** In the order people read them: the short-term indices by the sigma within subgroups, the long-term ones by the overall. */
export const capabilityIndices = ['cp', 'cpk', 'cpl', 'cpu', 'cpm', 'pp', 'ppk', 'ppl', 'ppu', 'ppm'] as const;
export type CapabilityIndex = (typeof capabilityIndices)[number];

/**
 * Each index is null where the specification has not what it needs or its sigma is 0. `ppm` is Cpm by the overall sigma;
 * parts per million are in `outside`.
 */
export type Capability = Record<CapabilityIndex, number | null> & {
  /** How many measurements there are. */
  n: number;
  mean: number;
  sigmaWithin: number;
  sigmaOverall: number;
  sigmaMethod: SigmaMethod;
  confidence: number;
  /** Confidence intervals, the lower end first. */
  ci: Record<CapabilityIndex, Interval | null> & { mean: Interval; sigmaOverall: Interval };
  /** How each interval was computed, in words. */
  methods: Record<CapabilityIndex, string>;
  /** Null where too few measurements, or equal ones, say nothing about their distribution. */
  normality: NormalityTest | null;
  /** Counted, and expected of a normal distribution with the mean of the data and either sigma (null where that is 0). */
  outside: { observed: PartsOutside; within: PartsOutside | null; overall: PartsOutside | null };
};

/**
 * How well a process keeps to its specification: Cp = (USL − LSL)/6σ, Cpl = (mean − LSL)/3σ, Cpu = (USL − mean)/3σ, Cpk =
 * the smaller of the two, Cpm = (USL − LSL)/6√(σ² + (mean − target)²) with the sigma within subgroups; Pp, Ppl, Ppu, Ppk
 * and Ppm are the same with the overall standard deviation. The mean is that of all measurements, whose number n gives
 * all intervals their n − 1 degrees of freedom.
 *
 * Sources: Kane, Process Capability Indices, Journal of Quality Technology 18 (1986); Chan, Cheng and Spiring, A New
 * Measure of Process Capability: Cpm, ibid. 20 (1988); Chou, Owen and Borrego, Lower Confidence Limits on Process
 * Capability Indices, ibid. 22 (1990); Bissell, How Reliable is Your Capability Index?, Applied Statistics 39 (1990);
 * Boyles, The Taguchi Capability Index, Journal of Quality Technology 23 (1991).
 * @throws RangeError where there are fewer than two measurements or too few for the sigma asked for, where one of them or a
 * limit is no finite number, where LSL ≥ USL, or where the confidence level is not between 0 and 1.
 */
export function capability(request: CapabilityRequest): Capability {
  const { lsl = null, usl = null, target = null } = request;
  const confidence = request.confidence ?? 0.95;
  const data = itemsOf(request.data);
  const items = { items: data, sizes: undefined };
  const sigmaMethod = request.sigmaMethod ?? (isSingle(items) ? 'MR' : 'UWAVE-R');
  const spec = { lsl, usl, target };
  const values = data.flatMap((item) => item).filter((value) => value != null);
  const mean = meanOf(values);
  const deviation = deviationOf(values);
  if (mean === null || deviation === null) throw new RangeError('Capability needs at least two measurements.');
  check({ ...spec, confidence });

  const level = { n: values.length, confidence };
  const within = { mean, sigma: estimateSigma(items, { sigmaMethod }) };
  const overall = { mean, sigma: deviation };
  const short = estimatesBy(within, spec, level);
  const long = estimatesBy(overall, spec, level);
  return {
    n: values.length,
    mean,
    sigmaWithin: within.sigma,
    sigmaOverall: overall.sigma,
    sigmaMethod,
    confidence,
    ...named(short, long, (estimate: Estimate) => estimate?.value ?? null),
    ci: {
      mean: meanInterval(mean, overall.sigma, level),
      sigmaOverall: sigmaInterval(overall.sigma, level),
      ...named(short, long, (estimate: Estimate) => estimate?.interval ?? null),
    },
    methods: named(intervalMethods, intervalMethods, (method: string) => method),
    normality: andersonDarling(values),
    outside: {
      observed: observedOutside(values, spec),
      within: expectedOutside(within, spec),
      overall: expectedOutside(overall, spec),
    },
  };
}

/** Gives what is known of the five kinds of index, for either sigma, the names that people know them by. */
function named<T, R>(
  short: Record<keyof Estimates, T>,
  long: Record<keyof Estimates, T>,
  pick: (of: T) => R,
): Record<CapabilityIndex, R> {
  return {
    cp: pick(short.both),
    cpk: pick(short.nearer),
    cpl: pick(short.lower),
    cpu: pick(short.upper),
    cpm: pick(short.target),
    pp: pick(long.both),
    ppk: pick(long.nearer),
    ppl: pick(long.lower),
    ppu: pick(long.upper),
    ppm: pick(long.target),
  };
}

function check({ lsl, usl, target, confidence }: Specification & { confidence: number }): void {
  for (const limit of [lsl, usl, target]) if (limit !== null) finite(limit);
  if (lsl !== null && usl !== null && lsl >= usl) {
    throw new RangeError('The lower specification limit must be below the upper one.');
  }
  if (!(confidence > 0 && confidence < 1)) throw new RangeError('A confidence level lies between 0 and 1.');
}
