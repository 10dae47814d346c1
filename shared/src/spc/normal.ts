/** Density of the standard normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/**
 * Distribution function of the standard normal distribution, to about 15 digits (in the lower tail, of the tail).
 *
 * Sources: near the centre the series of G. Marsaglia, Evaluating the Normal Distribution, Journal of Statistical Software
 * 11(4), 2004; in the tails the continued fraction 26.2.14 of Abramowitz and Stegun.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 2.5) return 1 - lowerTail(x);
  if (x < -2.5) return lowerTail(-x);
  let sum = x;
  for (let term = x, i = 3, before = Number.NaN; sum !== before; i += 2) {
    before = sum;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/** Φ(−x) for x of 2.5 and more. */
function lowerTail(x: number): number {
  let fraction = x;
  for (let i = Math.ceil(12 + 500 / (x * x)); i > 0; i--) fraction = x + i / fraction;
  return normalDensity(x) / fraction;
}

/**
 * The value below which the share `p` of a standard normal distribution lies, to about 15 digits, by Halley's method.
 * @throws RangeError where p is not between 0 and 1.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError('A share of a distribution must be between 0 and 1.');
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.23, to three digits.
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 4; i++) {
    const step = (normalCdf(x) - p) / normalDensity(x);
    x -= step / (1 + (x * step) / 2);
  }
  return x;
}
