import { average, mostCommon, TooFew } from './averages.ts';
import type { ChartItems, ChartOptions, SigmaMethod } from './charts.ts';
import { c4, d2, d3 } from './constants.ts';
import { deviationOf, meanOf, rangeOf, sizeOf } from './subgroups.ts';

/**
 * Sigma of single measurements as `sigmaMethod` has it, `fallback` where it is not told and there are subgroups. A
 * subgroup of one measurement says nothing about the spread.
 *
 * Sources: Burr, Journal of Quality Technology 1(3), 1969 (MVLUE); Montgomery, Introduction to Statistical Quality
 * Control, chapter 6; the methods' names are those of the R package qcc and of SAS.
 * @throws RangeError where the method does not fit the data or there are too few of them.
 */
export function estimateSigma(baseline: ChartItems, options: ChartOptions, fallback: SigmaMethod = 'UWAVE-R'): number {
  if (options.sigma !== undefined) return options.sigma;
  const single = isSingle(baseline);
  const method = options.sigmaMethod ?? (single ? 'MR' : fallback);
  if (method === 'MR') {
    if (!single) throw new RangeError('Sigma by moving ranges (MR) is for single measurements, not for subgroups.');
    return movingRangeSigma(baseline, options.mrSpan);
  }
  if (method === 'SD') return overallSigma(baseline);
  if (single) throw new RangeError(`Sigma by ${method} needs subgroups of two or more measurements.`);
  return method === 'RMSDF' ? pooledSigma(baseline) : averagedSigma(baseline, method);
}

/** Whether no item holds more than one measurement. */
export const isSingle = ({ items, sizes }: ChartItems): boolean =>
  items.every((item, i) => sizeOf(item, sizes?.[i]) <= 1);

/** The usual size of the subgroups. */
export const usualSize = ({ items, sizes }: ChartItems): number | undefined =>
  mostCommon(items.map((item, i) => sizeOf(item, sizes?.[i])));

/** The mean moving range of `span` neighbours / d2(span). */
function movingRangeSigma({ items }: ChartItems, span = 2): number {
  return average(movingRanges(items.map(meanOf), span), 'no neighbours make a moving range') / d2(span);
}

/** The ranges of every `span` neighbours that are all there. */
export function movingRanges(values: readonly (number | null)[], span: number): number[] {
  const ranges: number[] = [];
  for (let end = span; end <= values.length; end++) {
    const range = rangeBefore(values, end, span);
    if (range !== null) ranges.push(range);
  }
  return ranges;
}

/** The range of the `span` values before index `end`; null where one is missing. */
function rangeBefore(values: readonly (number | null)[], end: number, span: number): number | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = end - span; i < end; i++) {
    const value = values[i];
    if (value == null) return null;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

/** The standard deviation of all measurements / c4. */
function overallSigma({ items }: ChartItems): number {
  const values = items.flat().filter((value) => value != null);
  const deviation = deviationOf(values);
  if (deviation === null) throw new TooFew('a standard deviation needs two');
  return deviation / c4(values.length);
}

/** √(Σ(n−1)s² / Σ(n−1)) / c4(Σ(n−1) + 1). */
function pooledSigma({ items }: ChartItems): number {
  let [squares, freedom] = [0, 0];
  for (const item of items) {
    const deviation = deviationOf(item);
    if (deviation === null) continue;
    squares += (sizeOf(item) - 1) * deviation ** 2;
    freedom += sizeOf(item) - 1;
  }
  if (freedom === 0) throw new TooFew('no subgroup has two of them');
  return Math.sqrt(squares / freedom) / c4(freedom + 1);
}

function averagedSigma({ items }: ChartItems, method: 'UWAVE-R' | 'UWAVE-SD' | 'MVLUE-R' | 'MVLUE-SD'): number {
  const byRange = method === 'UWAVE-R' || method === 'MVLUE-R';
  const weighted = method === 'MVLUE-R' || method === 'MVLUE-SD';
  const estimates: number[] = [];
  const weights: number[] = [];
  for (const item of items) {
    const spread = byRange ? rangeOf(item) : deviationOf(item);
    if (spread === null) continue;
    const n = sizeOf(item);
    const expected = byRange ? d2(n) : c4(n);
    estimates.push(spread / expected);
    if (weighted) weights.push(byRange ? (expected / d3(n)) ** 2 : expected ** 2 / (1 - expected ** 2));
  }
  return average(estimates, 'no subgroup has two of them', weighted ? weights : undefined);
}

/** The mean of all measurements: of the means of subgroups, weighted by size. */
export function grandMean({ items, sizes }: ChartItems, plotted: typeof meanOf = meanOf): number {
  const means: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? null;
    const mean = plotted(item);
    if (mean === null) continue;
    means.push(mean);
    weights.push(sizeOf(item, sizes?.[i]));
  }
  return average(means, 'there is none', weights);
}
