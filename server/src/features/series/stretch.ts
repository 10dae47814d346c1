import type { StoredPoint } from './series.repo.ts';

/** So many points are read as one record once all of them are there: the first has an index that divides by it. */
export const stretchPoints = 256;

/** Columns of which every entry is the same are that entry alone. */
type Columns = {
  /** Milliseconds since 1970. */
  at: number[];
  items: StoredPoint['items'][];
  size: StoredPoint['size'][];
  runId: StoredPoint['runId'][];
  label: string[];
  by: (StoredPoint['by'] | null)[];
  /** Those that are excluded, by their place in the stretch. */
  excluded: Record<string, StoredPoint['excluded']>;
};

/** Points that follow each other as the text of one record. */
export function stretchText(points: readonly StoredPoint[]): string {
  const columns: Columns = {
    at: points.map(({ at }) => Date.parse(at)),
    items: points.map(({ items }) => items),
    size: column(points.map(({ size }) => size)),
    runId: column(points.map(({ runId }) => runId)),
    label: column(points.map(({ label }) => label)),
    by: column(points.map(({ by }) => by ?? null)),
    excluded: Object.fromEntries(points.flatMap(({ excluded }, i) => (excluded ? [[i, excluded]] : []))),
  };
  return JSON.stringify(columns);
}

/** The points of a record, the first of which has the index `first`; which measurements are in them is not in it. */
export function pointsOfStretch(text: string, first: number): StoredPoint[] {
  const { at, items, size, runId, label, by, excluded } = JSON.parse(text) as Columns;
  return at.map((time, i) => {
    const bringer = entry(by, i);
    return {
      index: first + i,
      at: new Date(time).toISOString(),
      items: items[i] ?? [],
      size: entry(size, i),
      from: [],
      runId: entry(runId, i),
      label: entry(label, i) ?? '',
      ...(bringer && { by: bringer }),
      excluded: excluded[i] ?? null,
    };
  });
}

/** The first indices of the stretches that hold some of these points. */
export const stretchesOf = (indices: readonly number[]): number[] => [
  ...new Set(indices.map((index) => index - (index % stretchPoints))),
];

/**
 * The first index of the stretch that is written when this point comes: the one before its own, at a place that is another
 * one for each series, so that those that grow together do not all do it at once. Null where none is.
 */
export function stretchDueAt(seriesId: string, index: number): number | null {
  const place = index % stretchPoints;
  const first = index - place - stretchPoints;
  return first >= 0 && place === placeOf(seriesId, stretchPoints) ? first : null;
}

/** A place among so many points, at most 256, that is another one for each series: when it does what is due now and then. */
export const placeOf = (seriesId: string, every: number): number => Number.parseInt(seriesId.slice(-2), 16) % every;

const key = (value: unknown): string => JSON.stringify(value);

function column<T>(values: T[]): T[] {
  const [one] = values;
  return values.every((value) => value === one || key(value) === key(one)) ? values.slice(0, 1) : values;
}

const entry = <T>(values: readonly T[], i: number): T | null => (values.length === 1 ? values[0] : values[i]) ?? null;
