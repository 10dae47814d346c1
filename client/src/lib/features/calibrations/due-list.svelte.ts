import { calibrationEndpoints, type CalibrationDue } from '@cobench/shared/calibrations/endpoints';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** What a list keeps of it: instruments are its lines. */
export type DueLine = CalibrationDue & { id: string };

/** How far ahead is looked, in the order of a filter. */
export const windows = ['all', '30', '7', '1', '0'] as const;
export type Window = (typeof windows)[number];

type Wanted = { window: Window; search: string };

/** The instruments that need a calibration, the most urgent first. `wanted` is read reactively. */
export const dueList = (wanted: () => Wanted): PagedList<DueLine> =>
  new PagedList(async (cursor) => {
    const { window, search } = wanted();
    const within = window === 'all' ? undefined : Number(window);
    const page = await call(calibrationEndpoints.due, { cursor, within, q: search || undefined });
    return { ...page, items: page.items.map((due) => ({ ...due, id: due.instrumentId })) };
  });
