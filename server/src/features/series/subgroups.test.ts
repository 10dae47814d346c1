import { expect, test } from 'vitest';
import { grouped, type Measured } from './subgroups.ts';

const run = { id: 'run', name: 'Run', instrumentId: null };
const measured = (count: number): Measured[] =>
  Array.from({ length: count }, (_, i) => ({
    items: [i],
    size: null,
    at: '2026-03-01T10:00:00.000Z',
    from: `m ${i}`,
    run,
    label: '',
  }));

test.each([
  ['run', { by: 'run' }, { endedRun: run.id }],
  ['time', { by: 'time', seconds: 60 }, { now: new Date('2026-03-02T00:00:00Z') }],
] as const)('of a subgroup by %s that grows very large nothing is lost: it goes on in another', (_name, rule, end) => {
  const all = measured(2500);
  const begun = grouped(rule, [], { measured: all.slice(0, 900) });
  const { made, groups } = grouped(rule, begun.groups, { measured: all.slice(900), ...end });
  const points = [...begun.made, ...made].map(({ point }) => point);
  expect(points.map(({ items }) => items.length)).toEqual([1000, 1000, 500]);
  expect(points.flatMap(({ from }) => from)).toEqual(all.map(({ from }) => from));
  expect(groups).toEqual([]);
});
