import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { stateOf } from './series-state.ts';
import { SeriesWall, type WallFilter } from './series-wall.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const stored = [aSeries({ id: anId(21), name: 'Thickness' }), aSeries({ id: anId(22), name: 'Etch pressure' })];
const names = (wall: SeriesWall) => wall.series.map(({ name, openAlerts }) => `${name} ${openAlerts}`);

async function listed(filter: WallFilter = { projectId: null, q: '' }) {
  const sent = answers({ 'GET /api/v1/series': pageOf(stored) });
  const live = new FakeLive();
  const wall = new SeriesWall(() => filter);
  const leave = wall.follow(live);
  await wall.load();
  return { wall, live, leave, sent };
}

test('charts stand by name and change in their place', async () => {
  const { wall, live } = await listed();
  live.say('series.changed', aSeries({ id: anId(21), name: 'Thickness', openAlerts: 2, version: 3 }));
  live.say('series.changed', aSeries({ id: anId(21), name: 'Thickness', openAlerts: 1, version: 2 }));
  expect(names(wall)).toEqual(['Etch pressure 0', 'Thickness 2']);
});

test('a new chart joins when it belongs', async () => {
  const { wall, live } = await listed({ projectId: anId(100), q: 'e' });
  live.say('series.changed', aSeries({ id: anId(23), name: 'Bow', projectId: anId(100) }));
  live.say('series.changed', aSeries({ id: anId(24), name: 'Temperature', projectId: anId(200) }));
  live.say('series.changed', aSeries({ id: anId(25), name: 'Etch depth', projectId: anId(100) }));
  expect(names(wall)).toEqual(['Etch depth 0', 'Etch pressure 0', 'Thickness 0']);
});

test('the state of a chart in words', () => {
  const baseline = { limitSource: { from: 'baseline', points: 20 }, limits: null } as const;
  expect(stateOf(aSeries({ openAlerts: 1 })).word).toBe('Out of control');
  expect(stateOf(aSeries({ ...baseline, pointCount: 7 })).word).toBe('Baseline 7 of 20');
  expect(stateOf(aSeries()).word).toBe('No points yet');
  expect(stateOf(aSeries({ pointCount: 30 })).word).toBe('In control');
});
