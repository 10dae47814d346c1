import type { Episode } from '@cobench/shared/series/point';
import type { RevisionDiff } from '@cobench/shared/series/revision';

type Diff = Pick<RevisionDiff, 'appearing' | 'vanishing' | 'stays'>;

/** “3 alarms vanish, 1 appears, 4 stay.” */
export function diffInWords({ appearing, vanishing, stays }: Diff): string {
  if (appearing === 0 && vanishing === 0) {
    return stays === 0 ? 'There are no alarms, as before.' : `No alarm appears or vanishes; ${counted(stays)} stay${stays === 1 ? 's' : ''}.`; // prettier-ignore
  }
  const vanish = vanishing === 0 ? [] : [`${counted(vanishing)} vanish${vanishing === 1 ? 'es' : ''}`];
  const appear = appearing === 0 ? [] : [`${vanishing === 0 ? counted(appearing) : appearing.toLocaleString('en')} appear${appearing === 1 ? 's' : ''}`]; // prettier-ignore
  return `${[...vanish, ...appear, `${stays.toLocaleString('en')} stay${stays === 1 ? 's' : ''}`].join(', ')}.`;
}

/** “2 alarms vanish, 1 appears.” */
export function changeInWords(diff: Omit<Diff, 'stays'>): string {
  return diff.appearing + diff.vanishing === 0
    ? 'No alarm appears or vanishes.'
    : diffInWords({ ...diff, stays: 0 }).replace(', 0 stay.', '.');
}

/** “WE4, above: points 45 to 52”. */
export function episodeInWords({ rule, side, firstIndex, lastIndex }: Episode): string {
  const where = firstIndex === lastIndex ? `point ${firstIndex + 1}` : `points ${firstIndex + 1} to ${lastIndex + 1}`;
  return `${rule}${side === null ? '' : `, ${side}`}: ${where}`;
}

const counted = (alarms: number): string => `${alarms.toLocaleString('en')} ${alarms === 1 ? 'alarm' : 'alarms'}`;
