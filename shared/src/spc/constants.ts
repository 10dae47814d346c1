import { expectedRange, expectedSquareOfRange } from './integrate.ts';

/** Control-chart constants of subgroups of n measurements, as Montgomery (Appendix VI) and ASTM STP 15D name them. */
export type Constants = Record<
  'd2' | 'd3' | 'c4' | 'A' | 'A2' | 'A3' | 'B3' | 'B4' | 'B5' | 'B6' | 'D1' | 'D2' | 'D3' | 'D4' | 'E2',
  number
>;

/**
 * The constants for 3-sigma charts of subgroups of `n` measurements from one normal distribution, computed, not looked up.
 * What cannot be below 0 (B3, B5, D1, D3) is not.
 * @throws RangeError where n is not a whole number of at least 2.
 */
export function constants(n: number): Constants {
  const [mean, deviation, c4n] = [d2(n), d3(n), c4(n)];
  const sOverSigma = 3 * Math.sqrt(1 - c4n * c4n);
  return {
    d2: mean,
    d3: deviation,
    c4: c4n,
    A: 3 / Math.sqrt(n),
    A2: 3 / (mean * Math.sqrt(n)),
    A3: 3 / (c4n * Math.sqrt(n)),
    B3: Math.max(0, 1 - sOverSigma / c4n),
    B4: 1 + sOverSigma / c4n,
    B5: Math.max(0, c4n - sOverSigma),
    B6: c4n + sOverSigma,
    D1: Math.max(0, mean - 3 * deviation),
    D2: mean + 3 * deviation,
    D3: Math.max(0, 1 - (3 * deviation) / mean),
    D4: 1 + (3 * deviation) / mean,
    E2: 3 / mean,
  };
}

/**
 * The mean range of n values from one normal distribution, in sigma: ∫ 1 − Φ(x)ⁿ − (1 − Φ(x))ⁿ dx (Tippett, Biometrika
 * 17, 1925).
 */
export const d2 = remembered(expectedRange);

/** The standard deviation of the range of n values from one normal distribution, in sigma. */
export const d3 = remembered((n) => Math.sqrt(expectedSquareOfRange(n) - d2(n) ** 2));

/**
 * The mean standard deviation of n values from one normal distribution, in sigma: √(2/(n−1))·Γ(n/2)/Γ((n−1)/2).
 * With x = (n−1)/2 this is Γ(x+½)/(Γ(x)·√x): by its recurrence up to n = 201, beyond that by its asymptotic series.
 */
export const c4 = remembered((n) => {
  const x = (n - 1) / 2;
  if (n > 201) {
    const y = 1 / x;
    return 1 + y * (-1 / 8 + y * (1 / 128 + y * (5 / 1024 + y * (-21 / 32_768 + y * (-399 / 262_144)))));
  }
  let ratio = n % 2 === 0 ? 1 / Math.sqrt(Math.PI) : Math.sqrt(Math.PI) / 2;
  for (let k = n % 2 === 0 ? 0.5 : 1; k < x; k++) ratio *= (k + 0.5) / k;
  return ratio / Math.sqrt(x);
});

/** Computes each size once. */
function remembered(compute: (n: number) => number): (n: number) => number {
  const known = new Map<number, number>();
  return (n) => {
    const before = known.get(n);
    if (before !== undefined) return before;
    if (!Number.isInteger(n) || n < 2) throw new RangeError('Constants are for subgroups of two or more measurements.');
    const value = compute(n);
    known.set(n, value);
    return value;
  };
}
