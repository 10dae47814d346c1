export type Side = 'above' | 'below';

/** Two numbers that are no further apart than this share of their size are equal: rounding parts them, nothing else. */
const rounding = 2 ** -50;

/**
 * What is beyond a line must be beyond it by more than this. A value that lies on a line in decimals, 10.2 at
 * 10.1 + 0.1, is on the line here too, though the binary numbers differ in the last bits.
 */
export const slack = (value: number, center: number): number => rounding * Math.max(Math.abs(value), Math.abs(center));

/** The side of the centre line a value is on; null on the line itself. */
export function sideOf(value: number, center: number): Side | null {
  const distance = value - center;
  if (Math.abs(distance) <= slack(value, center)) return null;
  return distance > 0 ? 'above' : 'below';
}

/** Zones as Western Electric (1956) names them: C within 1 sigma, B within 2, A within 3. */
export type Zone = 'C' | 'B' | 'A' | 'beyond';

/** The zone a value is in; on a zone line it belongs to the inner one. */
export function zoneOf(value: number, { center, sigma }: { center: number; sigma: number }): Zone {
  const distance = Math.abs(value - center) - slack(value, center);
  if (distance <= sigma) return 'C';
  if (distance <= 2 * sigma) return 'B';
  return distance <= 3 * sigma ? 'A' : 'beyond';
}

/** Where the zones meet, for drawing: 2 and 1 sigma above and below the centre line, from the top. */
export const zoneLines = ({ center, sigma }: { center: number; sigma: number }): number[] =>
  [2, 1, -1, -2].map((distance) => center + distance * sigma);
