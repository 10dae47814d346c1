import type { FileVersion } from '@cobench/shared/files/file';
import Bug from '@lucide/svelte/icons/bug';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import Clock from '@lucide/svelte/icons/clock';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import type { Icon } from '#lib/ui/icon.ts';
import type { Tone } from '#lib/ui/tone.ts';

type Look = { word: string; tone: Tone; icon: Icon };

/** What a scanner said of a file, as it is shown. */
export const scanLook: Record<FileVersion['scan'], Look> = {
  unscanned: { word: 'Not scanned', tone: 'grey', icon: CircleDashed },
  waiting: { word: 'In quarantine', tone: 'yellow', icon: Clock },
  clean: { word: 'Scanned, clean', tone: 'green', icon: ShieldCheck },
  infected: { word: 'Infected', tone: 'red', icon: Bug },
};

/** Whether nobody gets its bytes, and why not; null where everybody who sees it does. */
export function heldBack({ scan }: Pick<FileVersion, 'scan'>): string | null {
  if (scan === 'waiting')
    return 'It is in quarantine until a scanner has looked at it: nobody can open or download it before. This page shows when it is released.';
  if (scan === 'infected')
    return 'A scanner found malware in it. It stays in quarantine: nobody can open or download it. Remove it, and look at the computer that it came from.';
  return null;
}
