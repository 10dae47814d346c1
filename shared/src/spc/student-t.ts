import { logGamma } from './gamma.ts';
import { normalQuantile } from './normal.ts';

/**
 * The value below which the share `p` of Student's t distribution with `df` degrees of freedom (any number above 0) lies,
 * to 11 digits: from the normal quantile by Newton's method, kept between bounds.
 * @throws RangeError unless 0 < p < 1 and df > 0.
 */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError('A share lies between 0 and 1, both excluded.');
  if (!(df > 0)) throw new RangeError('Degrees of freedom are above 0.');
  if (p === 0.5) return 0;
  if (p < 0.5) return -quantileAbove(p, df);
  return quantileAbove(1 - p, df);
}

/** The t > 0 above which the share `p` < ½ lies. */
function quantileAbove(p: number, df: number): number {
  const logOfConstant = logGamma((df + 1) / 2) - logGamma(df / 2) - Math.log(df * Math.PI) / 2;
  let low = 0;
  let high = Infinity;
  let t = -normalQuantile(p);
  for (let step = 0; step < 200; step++) {
    const density = Math.exp(logOfConstant - ((df + 1) / 2) * Math.log1p((t * t) / df));
    const off = shareAbove(t, df) - p;
    if (off > 0) low = t;
    else high = t;
    const newton = t + off / density;
    const next = newton > low && newton < high ? newton : high === Infinity ? 2 * t : (low + high) / 2;
    const change = Math.abs(next - t);
    t = next;
    if (change <= 1e-14 * t) break;
  }
  return t;
}

/** The share of the distribution above t > 0: half of I(x; df/2, ½) at x = df/(df + t²). */
function shareAbove(t: number, df: number): number {
  const square = t * t;
  const [a, b, x] = [df / 2, 0.5, df / (df + square)];
  const log = a * Math.log(x) + b * Math.log(square / (df + square)) + logGamma(a + b) - logGamma(a) - logGamma(b);
  const front = Math.exp(log);
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a / 2
    : (1 - (front * betaFraction(b, a, 1 - x)) / b) / 2;
}

/** NIST Digital Library of Mathematical Functions 8.17.22, by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let fraction = d;
  const take = (numerator: number): number => {
    d = 1 / (1 + numerator * d || tiny);
    c = 1 + numerator / c || tiny;
    fraction *= d * c;
    return d * c;
  };
  for (let m = 1; m < 100_000; m++) {
    take((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    const change = take((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}
