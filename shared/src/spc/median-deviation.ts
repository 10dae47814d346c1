import { gaussLegendre } from './integrate.ts';
import { normalCdf, normalDensity } from './normal.ts';

const known = new Map<number, number>();

/**
 * The standard deviation of the median of n values from one normal distribution, in sigma; of an even number the median is
 * the mean of the two in the middle. By integrating the density of the middle order statistics (David and Nagaraja, Order
 * Statistics, 3rd edition, 2.1 and 2.2).
 */
export function medianDeviation(n: number): number {
  const before = known.get(n);
  if (before !== undefined) return before;
  const deviation = n === 1 ? 1 : Math.sqrt(n % 2 === 1 ? oddVariance(n) : evenVariance(n));
  known.set(n, deviation);
  return deviation;
}

/** ∫ x²·f(x) dx with f = n!/(k!)²·Φᵏ(1 − Φ)ᵏ·φ, k = (n − 1)/2; the mean is 0. */
function oddVariance(n: number): number {
  const k = (n - 1) / 2;
  return meanSquare(n, (x) => (4 * normalCdf(x) * normalCdf(-x)) ** k * normalDensity(x));
}

/**
 * With the two in the middle at m ± d the density is proportional to Φ(m−d)ᵏ·(1 − Φ(m+d))ᵏ·φ(m−d)·φ(m+d), k = n/2 − 1, d ≥ 0;
 * the variance is the mean of m².
 */
function evenVariance(n: number): number {
  const k = n / 2 - 1;
  const { nodes, weights } = gaussLegendre(48, 0, Math.min(9, 50 / n));
  return meanSquare(n, (m) =>
    nodes.reduce((sum, d, i) => {
      const shape = (4 * normalCdf(m - d) * normalCdf(-m - d)) ** k * normalDensity(m - d) * normalDensity(m + d);
      return sum + (weights[i] ?? 0) * shape;
    }, 0),
  );
}

/** The mean of x² under an even density that need not integrate to 1, about as wide as that of the median. */
function meanSquare(n: number, density: (x: number) => number): number {
  const step = 0.4 / Math.sqrt(n);
  let squares = 0;
  let total = density(0) / 2;
  for (let x = step; x < 36 * step; x += step) {
    const here = density(x);
    squares += here * x * x;
    total += here;
  }
  return squares / total;
}
