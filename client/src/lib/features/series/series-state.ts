import type { Series } from '@cobench/shared/series/series';
import Archive from '@lucide/svelte/icons/archive';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import Ruler from '@lucide/svelte/icons/ruler';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Icon } from '#lib/ui/icon.ts';
import type { Tone } from '#lib/ui/tone.ts';

export type SeriesState = { word: string; tone: Tone; icon: Icon };

/** How a control chart stands, as word, colour and icon. */
export function stateOf({ archived, openAlerts, pointCount, phases }: Series): SeriesState {
  const phase = phases.at(-1);
  if (archived !== null) return { word: 'Archived', tone: 'grey', icon: Archive };
  if (openAlerts > 0) return { word: 'Out of control', tone: 'red', icon: TriangleAlert };
  if (phase?.parameters === null && phase.source.from === 'baseline') {
    const word = `Baseline ${pointCount - phase.start} of ${phase.source.points}`;
    return { word, tone: 'yellow', icon: Ruler };
  }
  if (pointCount === 0) return { word: 'No points yet', tone: 'grey', icon: CircleDashed };
  return { word: 'In control', tone: 'green', icon: CircleCheck };
}
