import type { SeriesRule } from '../series/phase.ts';
import type { Alert, AlertLimits } from './alert.ts';

type Seen = Pick<Alert, 'side' | 'limits' | 'unit'>;

/** A rule with the numbers of the chart that it signalled on, as a sentence. */
export function ruleInWords(
  { window, count, zone, pattern = 'beyond' }: SeriesRule,
  { side, limits, unit }: Seen,
): string {
  const of = manyOf({ window, count });
  switch (pattern) {
    case 'beyond':
      return `${of} ${beyond(zone, { side, limits, unit })}.`;
    case 'outside': {
      const [low, high] = zoneOf(zone, limits);
      return `${of} below ${number(low, unit)} or above ${number(high, unit)}, ${zoneWords(zone)} from the centre at ${number(limits.center, unit)}.`;
    }
    case 'within': {
      const [low, high] = zoneOf(zone, limits);
      return `${of} between ${number(low, unit)} and ${number(high, unit)}, within ${zoneWords(zone)} of the centre at ${number(limits.center, unit)}.`;
    }
    case 'trend': {
      const way = side === 'below' ? 'below' : side === 'above' ? 'above' : 'on the same side of';
      return `${window} points in a row, each ${way} the one before it.`;
    }
    case 'alternating':
      return `${window} points in a row that go up and down in turn.`;
    case 'range': {
      const [low, high] = zoneOf(zone, limits);
      return `Two controls of one run far apart: one beyond ${number(high, unit)}, another beyond ${number(low, unit)}.`;
    }
    default:
      return pattern satisfies never;
  }
}

function manyOf({ window, count }: Pick<SeriesRule, 'window' | 'count'>): string {
  if (window === 1) return 'One point';
  return count === window
    ? `${window} points in a row`
    : `At least ${count} of the last ${window} points, the newest among them,`;
}

function beyond(zone: number, { side, limits, unit }: Seen): string {
  const { center, sigma, ucl, lcl } = limits;
  const middle = `the centre line at ${number(center, unit)}`;
  if (side === null) return `on one side beyond ${zoneWords(zone)} from ${middle}`;
  if (zone === 0) return `${side} ${middle}`;
  if (zone === 3) {
    return side === 'above'
      ? `above the upper limit at ${number(ucl, unit)}`
      : `below the lower limit at ${number(lcl, unit)}`;
  }
  const line = center + (side === 'above' ? zone : -zone) * sigma;
  return `${side} ${number(line, unit)}, ${zoneWords(zone)} from ${middle}`;
}

const zoneWords = (zone: number): string => `${number(zone, '')} sigma`;
const zoneOf = (zone: number, { center, sigma, ucl, lcl }: AlertLimits): [number, number] =>
  zone === 3 ? [lcl, ucl] : [center - zone * sigma, center + zone * sigma];

/** Six digits say more than any chart shows. */
function number(value: number, unit: string): string {
  const text = String(Number(value.toPrecision(6))).replace('-', '−');
  return unit === '' ? text : `${text} ${unit}`;
}

const mOfN = 'm of n points';
const always = ['After a signal', 'Missing values'];

/** The conventions, by their titles, that decide whether a point completes this rule. */
export function conventionsOf({ zone, window, pattern = 'beyond' }: SeriesRule): string[] {
  const several = window > 1 ? [mOfN] : [];
  switch (pattern) {
    case 'trend':
    case 'alternating':
      return ['Equal neighbours', ...always];
    case 'within':
      return ['On a zone line', ...several, 'Variable limits', ...always];
    case 'range':
      return ['Beyond a line', ...always];
    case 'beyond':
    case 'outside': {
      const line =
        zone === 0 ? ['On the centre line'] : zone === 3 ? ['Beyond a line'] : ['Beyond a line', 'On a zone line'];
      return [...line, ...several, 'Variable limits', ...always];
    }
    default:
      return pattern satisfies never;
  }
}
