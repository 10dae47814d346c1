import { chartTime } from '@cobench/shared/runs/chart-time';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { PackedReader, PackedWriter } from './packed-bytes.ts';
import type { Happening } from './run.repo.ts';

type MetricHappening = Extract<Happening, { kind: 'metric' }>;
type Metric = { name: string; unit: string };

/** Events as they are stored: measured points in columns of bytes, everything else as it is. */
export type EventColumns = {
  /** What is no point. */
  events: Happening[];
  metrics?: Metric[];
  /** For each event in order: 0 for the next of `events`, else the place of its metric, counted from 1. */
  places?: Uint8Array;
  /** The times of all points, then their values. Not there any more where points were dropped. */
  points?: Uint8Array;
  /** Times that are no whole milliseconds, as they were reported. */
  texts?: string[];
};
export type StoredEvents = EventColumns & { firstSeq: number; lastSeq: number; at: Date };

/** How the time of a point is written: that none was said, that it is among the texts, or its distance to the one before. */
const [unsaid, asText, firstDistance] = [0, 1, 2];

export function toColumns(happenings: readonly Happening[], storedAt: Date): EventColumns {
  const points = happenings.filter((one): one is MetricHappening => one.kind === 'metric');
  const events = happenings.filter(({ kind }) => kind !== 'metric');
  if (points.length === 0) return { events };
  const metrics = metricList();
  const places = new PackedWriter();
  for (const one of happenings) places.natural(one.kind === 'metric' ? metrics.placeOf(one) : 0);
  const columns = new PackedWriter();
  const texts = writeTimes(columns, points, storedAt.getTime());
  for (const { value } of points) columns.double(value);
  return {
    events,
    metrics: metrics.list,
    places: places.done(),
    points: columns.done(),
    ...(texts.length > 0 && { texts }),
  };
}

/** The events themselves; without the points where those were dropped. */
export function toEvents(stored: StoredEvents): RunEvent[] {
  const { firstSeq, events, metrics = [], texts = [] } = stored;
  const at = stored.at.toISOString();
  const columns = readColumns(stored);
  if (!columns) return events.map((happening, i) => ({ ...happening, seq: firstSeq + i, at }));
  const { places, times, values } = columns;
  const found: RunEvent[] = [];
  let [other, point, text] = [0, 0, 0];
  for (const [i, place] of places.entries()) {
    const seq = firstSeq + i;
    const happening = place === 0 ? events[other++] : undefined;
    if (happening) found.push({ ...happening, seq, at });
    if (place === 0 || !times || !values) continue;
    const { name = '', unit = '' } = metrics[place - 1] ?? {};
    const { way = unsaid, at: time = 0 } = times[point] ?? {};
    const observedAt = way === unsaid ? null : way === asText ? (texts[text++] ?? null) : new Date(time).toISOString();
    found.push({ kind: 'metric', name, value: values[point++] ?? NaN, unit, observedAt, seq, at });
  }
  return found;
}

/** Visits the points: the metric, when it was measured (milliseconds since 1970), the value. Takes no time for anything else. */
export function eachPoint(stored: StoredEvents, visit: (metric: Metric, at: number, value: number) => void): void {
  const { metrics = [], texts = [] } = stored;
  const columns = readColumns(stored);
  if (!columns) return eachPlainPoint(stored, visit);
  const { places, times, values } = columns;
  if (!times || !values) return;
  const storedAt = stored.at.getTime();
  let [point, text] = [0, 0];
  for (const place of places) {
    const metric = metrics[place - 1];
    const time = times[point];
    if (!metric || !time) continue;
    const said = time.way === asText ? Date.parse(texts[text++] ?? '') : time.at;
    visit(metric, chartTime(storedAt, time.way === unsaid ? null : said), values[point++] ?? NaN);
  }
}

/** Batches from before there were columns have their points among the events. */
function eachPlainPoint({ events, at }: StoredEvents, visit: Parameters<typeof eachPoint>[1]): void {
  for (const event of events) {
    if (event.kind !== 'metric') continue;
    const said = event.observedAt === null ? null : Date.parse(event.observedAt);
    visit(event, chartTime(at.getTime(), said), event.value);
  }
}

function metricList() {
  const list: Metric[] = [];
  const known = new Map<string, number>();
  return {
    list,
    placeOf({ name, unit }: Metric): number {
      const key = `${name}\n${unit}`;
      const place = known.get(key) ?? list.push({ name, unit });
      known.set(key, place);
      return place;
    },
  };
}

/** Answers those that are no whole milliseconds. */
function writeTimes(to: PackedWriter, points: readonly MetricHappening[], storedAt: number): string[] {
  const texts: string[] = [];
  let before = storedAt;
  for (const { observedAt } of points) {
    if (observedAt === null) {
      to.natural(unsaid);
      continue;
    }
    const at = Date.parse(observedAt);
    if (new Date(at).toISOString() === observedAt) {
      const distance = at - before;
      to.natural(firstDistance + (distance < 0 ? -2 * distance - 1 : 2 * distance));
      before = at;
    } else {
      to.natural(asText);
      texts.push(observedAt);
    }
  }
  return texts;
}

type Time = { way: number; at: number };

function readColumns({ firstSeq, lastSeq, places: written, points, at }: StoredEvents) {
  if (!written) return null;
  const reader = new PackedReader(written);
  const places = Array.from({ length: lastSeq - firstSeq + 1 }, () => reader.natural());
  if (!points) return { places, times: null, values: null };
  const columns = new PackedReader(points);
  let before = at.getTime();
  const count = places.filter((place) => place > 0).length;
  const times = Array.from({ length: count }, (): Time => {
    const way = columns.natural();
    if (way < firstDistance) return { way, at: before };
    const distance = way - firstDistance;
    before += distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2;
    return { way, at: before };
  });
  return { places, times, values: times.map(() => columns.double()) };
}
