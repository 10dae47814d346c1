import type { Rule } from './rules.ts';
import { sideOf, type Side } from './zones.ts';

type SignalledPoint = {
  value: number;
  /** The value before it; null where there is none. */
  previous: number | null;
  center: number;
};

/**
 * The side of a signal, which tells one alarm from the next: that of the point for rules beyond a line, above for a
 * rising trend and below for a falling one. Null for patterns that have both sides or none.
 */
export function sideOfSignal({ pattern = 'beyond' }: Rule, { value, previous, center }: SignalledPoint): Side | null {
  switch (pattern) {
    case 'beyond':
      return sideOf(value, center);
    case 'trend':
      return previous === null ? null : sideOf(value, previous);
    case 'outside':
    case 'within':
    case 'alternating':
    case 'range':
      return null;
    default:
      return pattern satisfies never;
  }
}
