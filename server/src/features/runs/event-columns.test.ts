import { expect, test } from 'vitest';
import { eachPoint, toColumns, toEvents } from './event-columns.ts';
import type { Happening } from './run.repo.ts';

const at = new Date('2026-11-21T12:00:00.000Z');
const point = (value: number, observedAt: string | null = null, name = 'x', unit = ''): Happening => ({
  kind: 'metric',
  name,
  value,
  unit,
  observedAt,
});
const line: Happening = { kind: 'log', level: 'info', text: 'hello', observedAt: null };
const stored = (happenings: Happening[], firstSeq = 5) => ({
  ...toColumns(happenings, at),
  firstSeq,
  lastSeq: firstSeq + happenings.length - 1,
  at,
});
const mixed = [
  line,
  point(0.1),
  point(-1e100, '2026-11-21T11:59:59.999Z'),
  line,
  point(3, '0001-01-01T00:00:00.000Z', 'y', 'V'),
  point(4, '9999-12-31T23:59:59.999Z', 'y', 'mV'),
  point(5, '2026-11-21T12:00:00.123456Z'),
  point(6, '2026-11-21T12:00:01Z'),
  point(7, '2026-11-21T12:00:01.001Z'),
];

test('events come back as they were, whatever stands among them', () => {
  for (const happenings of [mixed, [line], [point(1)], mixed.toReversed(), [...mixed, ...mixed]]) {
    const events = happenings.map((happening, i) => ({ ...happening, seq: 5 + i, at: at.toISOString() }));
    expect(toEvents(stored(happenings))).toEqual(events);
  }
});

test('points are visited with the time that they were measured or stored at, at most five minutes later than that', () => {
  const seen: unknown[] = [];
  eachPoint(stored(mixed), ({ name, unit }, time, value) =>
    seen.push([name, unit, new Date(time).toISOString(), value]),
  );
  expect(seen).toEqual([
    ['x', '', '2026-11-21T12:00:00.000Z', 0.1],
    ['x', '', '2026-11-21T11:59:59.999Z', -1e100],
    ['y', 'V', '0001-01-01T00:00:00.000Z', 3],
    ['y', 'mV', '2026-11-21T12:05:00.000Z', 4],
    ['x', '', '2026-11-21T12:00:00.123Z', 5],
    ['x', '', '2026-11-21T12:00:01.000Z', 6],
    ['x', '', '2026-11-21T12:00:01.001Z', 7],
  ]);
});

test('what is stored from before there were columns is read as well', () => {
  const old = { events: mixed, firstSeq: 1, lastSeq: mixed.length, at };
  expect(toEvents(old)).toHaveLength(mixed.length);
  const values: number[] = [];
  eachPoint(old, (_metric, _at, value) => values.push(value));
  expect(values).toEqual([0.1, -1e100, 3, 4, 5, 6, 7]);
});

test('where points were dropped the other events keep their numbers', () => {
  const { points: _dropped, ...left } = stored(mixed);
  expect(toEvents(left).map(({ kind, seq }) => [kind, seq])).toEqual([
    ['log', 5],
    ['log', 8],
  ]);
});

test('a batch of 200 points takes about ten bytes a point', () => {
  const start = at.getTime();
  const points = Array.from({ length: 200 }, (_, i) => point(Math.sin(i), new Date(start + i * 10).toISOString()));
  const { places, points: columns } = stored(points);
  expect(((places?.length ?? 0) + (columns?.length ?? 0)) / 200).toBeLessThanOrEqual(10.1);
});
