export type Side = 'above' | 'below';

/** The side of the centre line a value is on; null on the line itself. */
export const sideOf = (value: number, center: number): Side | null =>
  value > center ? 'above' : value < center ? 'below' : null;

/** Zones as Western Electric (1956) names them: C within 1 sigma, B within 2, A within 3. */
export type Zone = 'C' | 'B' | 'A' | 'beyond';

/** The zone a value is in; on a zone line it belongs to the inner one. */
export function zoneOf(value: number, { center, sigma }: { center: number; sigma: number }): Zone {
  const distance = Math.abs(value - center);
  if (distance <= sigma) return 'C';
  if (distance <= 2 * sigma) return 'B';
  return distance <= 3 * sigma ? 'A' : 'beyond';
}

/** Where the zones meet, for drawing: 2 and 1 sigma above and below the centre line, from the top. */
export const zoneLines = ({ center, sigma }: { center: number; sigma: number }): number[] =>
  [2, 1, -1, -2].map((distance) => center + distance * sigma);
