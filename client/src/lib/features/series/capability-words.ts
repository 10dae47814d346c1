import { fewestForNormality } from '@cobench/shared/spc/anderson-darling';
import type { Capability } from '@cobench/shared/spc/capability';
import type { SigmaMethod } from '@cobench/shared/spc/charts';
import { quantity } from '#lib/ui/format.ts';

/** “mean moving range / d2”: how the sigma within subgroups was estimated. */
export const sigmaWords: Record<SigmaMethod, string> = {
  'UWAVE-R': 'mean range of subgroups / d2',
  'UWAVE-SD': 'mean standard deviation of subgroups / c4',
  'MVLUE-R': 'weighted mean range of subgroups / d2',
  'MVLUE-SD': 'weighted mean standard deviation of subgroups / c4',
  RMSDF: 'pooled standard deviation of subgroups / c4',
  MR: 'mean moving range / d2',
  SD: 'standard deviation of all measurements / c4',
};

const twoDecimals = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** “1.33”. */
export const indexInWords = (value: number): string => twoDecimals.format(value);

/** “0.30”, “62”, “13,500”, “below 0.01”: parts per million. */
export function partsInWords(parts: number): string {
  if (parts > 0 && parts < 0.01) return 'below 0.01';
  if (parts >= 100) return Math.round(parts).toLocaleString('en');
  return parts.toLocaleString('en', { maximumSignificantDigits: 2 });
}

/** What the test says about the distribution, and what that means for the figures. */
export function normalityInWords({ normality, n, sigmaOverall }: Capability): { fits: boolean | null; text: string } {
  if (normality === null) {
    const few = `there are ${n} measurements, and the test needs ${fewestForNormality}`;
    const why = sigmaOverall === 0 ? 'all measurements are equal' : few;
    return { fits: null, text: `Whether the data are normal cannot be said: ${why}.` };
  }
  const { method, adjusted, p, normal } = normality;
  const chance = p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
  const test = `${method}, adjusted A² = ${quantity(Number(adjusted.toPrecision(4)))}, ${chance}`;
  return normal
    ? { fits: true, text: `Nothing speaks against a normal distribution (${test}).` }
    : {
        fits: false,
        text: `The data are not normal (${test}). Indices, intervals and expected parts per million suppose that they are: trust the histogram and the observed parts first.`,
      };
}

/** Why some indices are missing; null where none is. */
export function missingInWords(found: Capability, spec: Specification): string | null {
  if (spec.lsl === null && spec.usl === null) return 'Indices need a specification limit.';
  if (found.sigmaWithin === 0 && found.sigmaOverall === 0) return 'Sigma is 0: there are no indices.';
  if (spec.lsl === null) return 'There is no lower limit: Cp, Cpl and Cpm are not defined.';
  if (spec.usl === null) return 'There is no upper limit: Cp, Cpu and Cpm are not defined.';
  return spec.target === null ? 'There is no target: Cpm is not defined.' : null;
}

type Specification = { lsl: number | null; usl: number | null; target: number | null };
