import type { Series } from '@cobench/shared/series/series';

/** “Film 2” comes before “Film 10”. */
const names = new Intl.Collator('en', { numeric: true });

/** Each control chart once, as it is newest, by name. */
export function newestSeries(fetched: readonly Series[], heard: readonly Series[]): Series[] {
  const byId = new Map<string, Series>();
  for (const series of [...fetched, ...heard]) {
    const known = byId.get(series.id);
    if (known === undefined || series.version >= known.version) byId.set(series.id, series);
  }
  return [...byId.values()].toSorted((a, b) => names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
