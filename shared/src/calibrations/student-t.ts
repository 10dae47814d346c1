/** The probability that a normal quantity lies within two standard deviations: what the GUM calls “about 95 %” (95.45 %). */
export const twoSigma = 0.954499736103642;

/**
 * The factor t for which a quantity with Student's t-distribution lies within ±t with the given probability; degrees of
 * freedom are at least 1, and `Infinity` is the normal distribution. Agrees with Table G.2 of the GUM (JCGM 100:2008).
 */
export function studentFactor(degreesOfFreedom: number, probability = twoSigma): number {
  const outside = (t: number): number => tails(t, degreesOfFreedom) - (1 - probability);
  let [low, high] = [0, 2];
  while (outside(high) > 0) [low, high] = [high, high * 2];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (outside(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of lying beyond ±t. Beyond a million degrees of freedom nobody can tell it from the normal one. */
function tails(t: number, degreesOfFreedom: number): number {
  const nu = Math.min(degreesOfFreedom, 1e6);
  return regularisedBeta(nu / (nu + t * t), nu / 2, 0.5);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22). */
function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

/** Lentz's way to evaluate the fraction, which converges within some tens of steps where x < (a + 1) / (a + b + 2). */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

/** ln Γ(x) for x > 0: Stirling's series (DLMF 5.11.1), after x was moved to where it is exact to double precision. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 15; at++) shift += Math.log(at);
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / at;
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - shift;
}
