import type { Series } from '@cobench/shared/series/series';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import Ruler from '@lucide/svelte/icons/ruler';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Icon } from '#lib/ui/icon.ts';
import type { Tone } from '#lib/ui/tone.ts';

export type SeriesState = { word: string; tone: Tone; icon: Icon };

/** How a control chart stands, as word, colour and icon. */
export function stateOf({ openAlerts, pointCount, limits, limitSource }: Series): SeriesState {
  if (openAlerts > 0) return { word: 'Out of control', tone: 'red', icon: TriangleAlert };
  if (limits === null && limitSource.from === 'baseline')
    return { word: `Baseline ${pointCount} of ${limitSource.points}`, tone: 'yellow', icon: Ruler };
  if (pointCount === 0) return { word: 'No points yet', tone: 'grey', icon: CircleDashed };
  return { word: 'In control', tone: 'green', icon: CircleCheck };
}

/** How many points at the start set the limits. */
export const baselineOf = ({ limitSource }: Series): number =>
  limitSource.from === 'baseline' ? limitSource.points : 0;
