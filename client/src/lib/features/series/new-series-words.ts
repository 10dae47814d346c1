import type { Specification } from '@cobench/shared/series/chart';
import type { SeriesRule } from '@cobench/shared/series/phase';
import type { Subgrouping } from '@cobench/shared/series/source';
import type { ChartKind } from '@cobench/shared/spc/charts';
import { quantity } from '#lib/ui/format.ts';
import { chartNames, subgroupsInWords } from './series-words.ts';

/** Which chart, and of what, in few words. */
export function chartInShort(kind: ChartKind, subgrouping: Subgrouping | null): string {
  const groups = subgrouping === null ? '' : subgroupsInWords(subgrouping);
  return groups === '' ? chartNames[kind] : `${chartNames[kind]}, ${groups.charAt(0).toLowerCase()}${groups.slice(1)}`;
}

type Limits = {
  limitsFrom: 'baseline' | 'given';
  baseline: number | null;
  center: number | null;
  sigma: number | null;
};

/** Where limits come from, in few words. */
export function limitsInShort({ limitsFrom, baseline, center, sigma }: Limits): string {
  if (limitsFrom === 'baseline')
    return baseline === null ? 'from the first points' : `from the first ${baseline} points`;
  return center === null || sigma === null ? 'known values' : `${quantity(center)}, sigma ${quantity(sigma)}`;
}

/** Which rules, in few words. */
export const rulesInShort = (rules: readonly Pick<SeriesRule, 'id'>[]): string =>
  rules.length === 0 ? 'none yet' : rules.map(({ id }) => id).join(', ');

/** What is asked of the product, in few words. */
export function specificationInShort({ lsl, usl, target }: Specification): string {
  const parts = [
    lsl === null ? '' : `from ${quantity(lsl)}`,
    usl === null ? '' : `to ${quantity(usl)}`,
    target === null ? '' : `target ${quantity(target)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(' ');
}
