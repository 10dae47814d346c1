import type { Action } from '@cobench/shared/access/permissions';
import BadgeCheck from '@lucide/svelte/icons/badge-check';
import BellRing from '@lucide/svelte/icons/bell-ring';
import Building from '@lucide/svelte/icons/building';
import ChartSpline from '@lucide/svelte/icons/chart-spline';
import Database from '@lucide/svelte/icons/database';
import FolderKanban from '@lucide/svelte/icons/folder-kanban';
import House from '@lucide/svelte/icons/house';
import KeyRound from '@lucide/svelte/icons/key-round';
import Microscope from '@lucide/svelte/icons/microscope';
import Monitor from '@lucide/svelte/icons/monitor';
import NotebookText from '@lucide/svelte/icons/notebook-text';
import Play from '@lucide/svelte/icons/play';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Users from '@lucide/svelte/icons/users';
import type { Icon } from '#lib/ui/icon.ts';
import { paths } from './paths.ts';

export type Destination = {
  label: string;
  href: string;
  icon: Icon;
  keys: string;
  /** Shown only to those who may do this. */
  needs?: Action;
};

/** The pages of the left navigation, in order; the first four also stand at the foot of a phone. */
export const destinations: readonly Destination[] = [
  { label: 'Home', href: paths.home, icon: House, keys: 'g h' },
  { label: 'Notebook', href: paths.notebook, icon: NotebookText, keys: 'g n' },
  { label: 'Runs', href: paths.runs, icon: Play, keys: 'g r' },
  { label: 'SPC', href: paths.spc, icon: ChartSpline, keys: 'g s' },
  { label: 'Alerts', href: paths.alerts, icon: BellRing, keys: 'g l' },
  { label: 'Instruments', href: paths.instruments, icon: Microscope, keys: 'g i' },
  { label: 'Calibrations', href: paths.calibrations, icon: BadgeCheck, keys: 'g c' },
  { label: 'Data', href: paths.data, icon: Database, keys: 'g d' },
  { label: 'Projects', href: paths.projects, icon: FolderKanban, keys: 'g p' },
  { label: 'People', href: paths.people, icon: Users, keys: 'g m' },
  { label: 'Organisation', href: paths.organisation, icon: Building, keys: 'g o', needs: 'organisation.manage' },
  { label: 'API keys', href: paths.apiKeys, icon: KeyRound, keys: 'g k', needs: 'api-key.manage' },
  { label: 'Kiosk links', href: paths.kiosks, icon: Monitor, keys: 'g w', needs: 'kiosk.manage' },
  { label: 'Audit trail', href: paths.audit, icon: ScrollText, keys: 'g a', needs: 'audit.read' },
];

/** Whether a page belongs to a destination: its own page or one below it. */
export const isAt = (href: string, path: string): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
