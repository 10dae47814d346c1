import BadgeCheck from '@lucide/svelte/icons/badge-check';
import Ban from '@lucide/svelte/icons/ban';
import BellOff from '@lucide/svelte/icons/bell-off';
import BellRing from '@lucide/svelte/icons/bell-ring';
import CheckCheck from '@lucide/svelte/icons/check-check';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import FileQuestionMark from '@lucide/svelte/icons/file-question-mark';
import HeartCrack from '@lucide/svelte/icons/heart-crack';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Undo from '@lucide/svelte/icons/undo-2';
import Wrench from '@lucide/svelte/icons/wrench';
import type { Icon } from './icon.ts';
import type { Tone } from './tone.ts';

export type Status =
  | 'pending'
  | 'queued'
  | 'blocked'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'stale'
  | 'open'
  | 'acknowledged'
  | 'in-action'
  | 'closed'
  | 'snoozed'
  | 'withdrawn'
  | 'active'
  | 'expired'
  | 'revoked'
  | 'valid'
  | 'missing';

type Look = { word: string; tone: Tone; icon: Icon; moving?: boolean; look?: 'filled' | 'striped' | 'hollow' };

/** How each state looks; every state differs in icon and word, too. */
export const statusLook: Record<Status, Look> = {
  pending: { word: 'Pending', tone: 'yellow', icon: CircleDashed },
  queued: { word: 'Queued', tone: 'grey', icon: Clock },
  blocked: { word: 'Blocked', tone: 'orange', icon: Ban },
  running: { word: 'Running', tone: 'blue', icon: LoaderCircle, moving: true },
  completed: { word: 'Completed', tone: 'green', icon: CircleCheck },
  failed: { word: 'Failed', tone: 'red', icon: CircleX },
  cancelled: { word: 'Cancelled', tone: 'grey', icon: CircleSlash, look: 'striped' },
  stale: { word: 'Stale', tone: 'grey', icon: HeartCrack, look: 'hollow' },
  open: { word: 'Open', tone: 'red', icon: BellRing },
  acknowledged: { word: 'Acknowledged', tone: 'yellow', icon: CheckCheck },
  'in-action': { word: 'In action', tone: 'blue', icon: Wrench },
  closed: { word: 'Closed', tone: 'green', icon: ShieldCheck },
  snoozed: { word: 'Snoozed', tone: 'grey', icon: BellOff },
  withdrawn: { word: 'Withdrawn', tone: 'grey', icon: Undo, look: 'striped' },
  active: { word: 'Active', tone: 'green', icon: CircleDot },
  expired: { word: 'Expired', tone: 'yellow', icon: Clock },
  revoked: { word: 'Revoked', tone: 'grey', icon: CircleSlash, look: 'striped' },
  valid: { word: 'Valid', tone: 'green', icon: BadgeCheck },
  missing: { word: 'No certificate', tone: 'orange', icon: FileQuestionMark },
};
