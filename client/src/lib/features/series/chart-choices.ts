import { needsSizes, needsSubgroups } from '@cobench/shared/series/chart';
import type { SeriesSource, Subgrouping } from '@cobench/shared/series/source';
import { chartKinds, type ChartKind, type SigmaMethod } from '@cobench/shared/spc/charts';
import { chartNames } from './series-words.ts';

/** When each chart is the one to use. */
export const whenToUse: Record<ChartKind, string> = {
  i: 'One measurement at a time: each is a point.',
  mr: 'How far neighbouring measurements are apart: the spread of single measurements.',
  xbar: 'Several measurements at a time: finds shifts of their mean.',
  median: 'Several measurements at a time, where single wild ones should not count.',
  r: 'The spread within subgroups of up to ten measurements.',
  s: 'The spread within subgroups of more than ten, or unequal, measurements.',
  ewma: 'Finds small lasting shifts sooner, by a moving average.',
  cusum: 'Finds small lasting shifts soonest, by adding up what is off target.',
  p: 'The share of units that fail, of lots of any size.',
  np: 'The number of units that fail, of lots of one size.',
  c: 'The number of flaws where the chance of them stays the same.',
  u: 'The flaws per unit, of any number of units.',
  'laney-p': 'Shares of very large lots, which spread more than chance alone.',
  'laney-u': 'Flaws per unit of very large areas, which spread more than chance alone.',
  t: 'The time between events that are rare.',
  g: 'The units between events that are rare.',
};

/** The order in which people look for a chart: measurements, counts, what is rare. */
const order: readonly ChartKind[] = [
  'i', 'mr', 'xbar', 'r', 's', 'median', 'ewma', 'cusum', 'p', 'np', 'c', 'u', 'laney-p', 'laney-u', 't', 'g',
]; // prettier-ignore

type Feed = { from: SeriesSource['from']; by: Subgrouping['by'] };

/** Whether a chart makes sense for what feeds it. Counts that make up one point add up, and so does what they are out of. */
export function fits(kind: ChartKind, { from, by }: Feed): boolean {
  if (from === 'points' || kind === 'ewma' || kind === 'cusum') return true;
  if (kind === 'np' || kind === 'c') return by === 'each' || by === 'count';
  return needsSizes(kind) || needsSubgroups(kind) === (by !== 'each');
}

/** The charts that make sense for what feeds them, each with when to use it. */
export const chartChoices = (feed: Feed): { value: ChartKind; label: string; hint: string }[] =>
  order
    .filter((kind) => chartKinds.includes(kind) && fits(kind, feed))
    .map((kind) => ({ value: kind, label: chartNames[kind], hint: whenToUse[kind] }));

/** The chart that most people want. */
export const usualChart = ({ from, by }: Feed): ChartKind => (from === 'points' || by === 'each' ? 'i' : 'xbar');

const sigmaWords: Record<SigmaMethod, string> = {
  MR: 'Moving ranges',
  SD: 'Standard deviation of all measurements',
  'UWAVE-R': 'Mean range of the subgroups',
  'UWAVE-SD': 'Mean standard deviation of the subgroups',
  'MVLUE-R': 'Ranges, weighted by what each subgroup can tell',
  'MVLUE-SD': 'Standard deviations, weighted by what each can tell',
  RMSDF: 'Pooled standard deviation',
};
export const asUsual = 'usual';

/** How sigma may be estimated; empty where the chart leaves no choice. */
export function sigmaChoices(
  kind: ChartKind,
  { from, by }: Feed,
): { value: SigmaMethod | typeof asUsual; label: string }[] {
  const ofSubgroups = needsSubgroups(kind) || (from !== 'points' && by !== 'each');
  if (needsSizes(kind) || kind === 'c' || kind === 'g' || kind === 't') return [];
  const usual = kind === 's' ? 'UWAVE-SD' : ofSubgroups ? 'UWAVE-R' : 'MR';
  const mixed = from === 'points' && (kind === 'ewma' || kind === 'cusum');
  const others: SigmaMethod[] = ofSubgroups
    ? ['UWAVE-R', 'UWAVE-SD', 'MVLUE-R', 'MVLUE-SD', 'RMSDF', 'SD']
    : ['MR', 'SD'];
  return [
    { value: asUsual, label: mixed ? 'As usual' : `As usual: ${sigmaWords[usual].toLowerCase()}` },
    ...others
      .filter((method) => method !== usual && !(mixed && method === 'MR'))
      .map((method) => ({ value: method, label: sigmaWords[method] })),
  ];
}
