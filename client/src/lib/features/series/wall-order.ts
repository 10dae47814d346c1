import type { Series } from '@cobench/shared/series/series';
import { newestSeries } from './newest-series.ts';

/** Which control charts the wall shows; null means of all of them. */
export type WallFilter = {
  projectId: string | null;
  q: string;
  instrumentId: string | null;
  /** Only those that are out of control. */
  alarmed: boolean;
  archived: boolean;
};

export const noFilter: WallFilter = { projectId: null, q: '', instrumentId: null, alarmed: false, archived: false };

/** The charts of a wall: those with open alerts first, then those that still collect their baseline, then the others, each by name. */
export function onWall(
  fetched: readonly Series[],
  heard: readonly Series[],
  { projectId, q, instrumentId, alarmed, archived }: WallFilter,
): Series[] {
  const wanted = q.toLocaleLowerCase();
  const found = new Set(fetched.map(({ id }) => id));
  return newestSeries(fetched, heard)
    .filter(
      (one) =>
        (projectId === null || one.projectId === projectId) &&
        (instrumentId === null || one.instrumentId === instrumentId) &&
        (one.archived !== null) === archived &&
        (!alarmed || one.openAlerts > 0) &&
        // What the server found may match by more than its name.
        (found.has(one.id) || one.name.toLocaleLowerCase().includes(wanted)),
    )
    .toSorted((a, b) => urgency(a) - urgency(b));
}

function urgency({ openAlerts, phases }: Series): number {
  if (openAlerts > 0) return 0;
  return phases.at(-1)?.parameters === null ? 1 : 2;
}
