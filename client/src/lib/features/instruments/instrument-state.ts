import type { InstrumentState } from '@cobench/shared/instruments/instrument';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleX from '@lucide/svelte/icons/circle-x';
import Wrench from '@lucide/svelte/icons/wrench';
import type { Icon } from '#lib/ui/icon.ts';
import type { Tone } from '#lib/ui/tone.ts';

/** How each state of an instrument looks, and what it takes to get there. */
export const stateLook: Record<InstrumentState, { word: string; deed: string; tone: Tone; icon: Icon }> = {
  up: { word: 'Up', deed: 'Put up again', tone: 'green', icon: CircleCheck },
  down: { word: 'Down', deed: 'Take down', tone: 'red', icon: CircleX },
  maintenance: { word: 'Maintenance', deed: 'Put in maintenance', tone: 'orange', icon: Wrench },
};
