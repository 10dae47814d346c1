import { gammaShares } from './gamma.ts';
import { normalQuantile } from './normal.ts';

/**
 * The value below which the share `p` of the chi-square distribution with `df` degrees of freedom (any number above 0)
 * lies, to 12 digits: from the approximation of Wilson and Hilferty by Newton's method, kept between bounds.
 * @throws RangeError unless 0 < p < 1 and df > 0.
 */
export function chiSquareQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError('A share lies between 0 and 1, both excluded.');
  if (!(df > 0)) throw new RangeError('Degrees of freedom are above 0.');
  const a = df / 2;
  let low = 0;
  let high = Infinity;
  let x = start(p, df) / 2;
  for (let step = 0; step < 200; step++) {
    const { lower, upper, density } = gammaShares(a, x);
    // The smaller share is the exact one.
    const off = p < 0.5 ? lower - p : 1 - p - upper;
    if (off > 0) high = x;
    else low = x;
    const newton = x - off / density;
    const inside = newton > low && newton < high;
    const next = inside ? newton : high === Infinity ? 2 * x : (low + high) / 2;
    const change = Math.abs(next - x);
    x = next;
    if (change <= 1e-14 * x) break;
  }
  return 2 * x;
}

/** Wilson and Hilferty (1931); near 0, where their cube is none, the first term of the series. */
function start(p: number, df: number): number {
  const ninth = 2 / (9 * df);
  const cube = 1 - ninth + normalQuantile(p) * Math.sqrt(ninth);
  return cube > 0.1 ? df * cube ** 3 : Math.max(1e-300, 2 * p ** (2 / df));
}
