import type { Specification } from './capability-indices.ts';
import { normalCdf } from './normal.ts';

/** Shares beyond the specification limits, in parts per million; null on a side without a limit. */
export type PartsOutside = { below: number | null; above: number | null; total: number };

type Limits = Pick<Specification, 'lsl' | 'usl'>;

/** What was counted: on a limit is not beyond it. */
export function observedOutside(values: readonly number[], { lsl, usl }: Limits): PartsOutside {
  const share = (isOutside: (value: number) => boolean) => values.filter(isOutside).length / values.length;
  return parts({
    below: lsl === null ? null : share((value) => value < lsl),
    above: usl === null ? null : share((value) => value > usl),
  });
}

/** What a normal distribution has beyond the limits; null where it has no width. */
export function expectedOutside({ mean, sigma }: { mean: number; sigma: number }, limits: Limits): PartsOutside | null {
  if (sigma === 0) return null;
  const { lsl, usl } = limits;
  return parts({
    below: lsl === null ? null : normalCdf((lsl - mean) / sigma),
    above: usl === null ? null : normalCdf((mean - usl) / sigma),
  });
}

function parts({ below, above }: { below: number | null; above: number | null }): PartsOutside {
  const million = (share: number | null) => (share === null ? null : share * 1e6);
  return { below: million(below), above: million(above), total: ((below ?? 0) + (above ?? 0)) * 1e6 };
}
