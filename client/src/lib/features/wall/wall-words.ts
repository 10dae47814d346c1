import type { WallAlert, WallRun } from '@cobench/shared/kiosks/wall';
import type { RunState } from '@cobench/shared/runs/life-cycle';
import { createContext } from 'svelte';

/** How runs and alerts are told on every page, so that a wall says the same. */
export type WallWords = {
  shownState: (run: WallRun, now: number) => RunState | 'stale';
  /** Milliseconds. */
  elapsed: (run: WallRun, now: number) => number | null;
  headline: (alert: WallAlert) => string;
};
export const [getWallWords, setWallWords] = createContext<WallWords>();
