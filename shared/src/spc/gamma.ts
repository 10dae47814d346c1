/**
 * The logarithm of the gamma function for `a` > 0, to 14 digits.
 * Source: Stirling's series (NIST Digital Library of Mathematical Functions 5.11.1), after raising `a` above 15.
 */
export function logGamma(a: number): number {
  let product = 1;
  let raised = a;
  for (; raised < 15; raised++) product *= raised;
  return (
    (raised - 0.5) * Math.log(raised) - raised + Math.log(2 * Math.PI) / 2 + stirlingRest(raised) - Math.log(product)
  );
}

/**
 * The shares of the gamma distribution of shape `a` and scale 1 below and above `x`, to 13 digits each: whichever is the
 * smaller one is computed, the other is what is left of 1. `density` is the density at `x`.
 * Source: NIST Digital Library of Mathematical Functions 8.7.1 (series) and 8.9.2 (continued fraction, by Lentz's method).
 */
export function gammaShares(a: number, x: number): { lower: number; upper: number; density: number } {
  if (x <= 0) return { lower: 0, upper: 1, density: 0 };
  const kernel = gammaKernel(a, x);
  const density = (kernel * a) / x;
  if (x < a + 1) {
    const lower = kernel * lowerSeries(a, x);
    return { lower, upper: 1 - lower, density };
  }
  const upper = kernel * a * upperFraction(a, x);
  return { lower: 1 - upper, upper, density };
}

/** 1/(12a) − 1/(360a³) + …: what Stirling's formula leaves of the logarithm of the gamma function; for a ≥ 15. */
function stirlingRest(a: number): number {
  const square = a * a;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / a;
}

/** x^a·e^(−x)/Γ(a + 1). For a large shape the large terms are taken from each other before they are added up. */
function gammaKernel(a: number, x: number): number {
  if (a < 15) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  const apart = (x - a) / a;
  return Math.exp(-a * (apart - Math.log1p(apart)) - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a);
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / (b === 0 ? tiny : b);
  let fraction = d;
  for (let k = 1; k < 100_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b || tiny);
    c = b + numerator / c || tiny;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction;
}
