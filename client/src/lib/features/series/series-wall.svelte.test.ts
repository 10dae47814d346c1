import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { aSeries } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { stateOf } from './series-state.ts';
import { SeriesWall } from './series-wall.svelte.ts';
import { noFilter, type WallFilter } from './wall-order.ts';

afterEach(() => vi.unstubAllGlobals());

const stored = [aSeries({ id: anId(21), name: 'Thickness' }), aSeries({ id: anId(22), name: 'Etch pressure' })];
const names = (wall: SeriesWall) => wall.series.map(({ name, openAlerts }) => `${name} ${openAlerts}`);
const [phase] = aSeries().phases;
const collecting = { ...phase, source: { from: 'baseline', points: 20 }, parameters: null } as never;

/** A wall whose turn to draw comes when the test says so. */
async function listed(over: Partial<WallFilter> = {}, list = stored) {
  const sent = answers({ 'GET /api/v1/series': pageOf(list) });
  const live = new FakeLive();
  const turns: (() => void)[] = [];
  const wall = new SeriesWall(
    () => ({ ...noFilter, ...over }),
    (work) => {
      turns.push(work);
      return () => void turns.splice(turns.indexOf(work), 1);
    },
  );
  const leave = wall.follow(live);
  await wall.load();
  return { wall, live, leave, sent, turns, draw: () => turns.splice(0).forEach((work) => work()) };
}

test('charts that are out of control stand first, then those without limits, each by name', async () => {
  const { wall, live, draw } = await listed({}, [
    aSeries({ id: anId(20), name: 'Bow' }),
    ...stored,
    aSeries({ id: anId(23), name: 'Stress', phases: [collecting] }),
  ]);
  expect(names(wall)).toEqual(['Stress 0', 'Bow 0', 'Etch pressure 0', 'Thickness 0']);
  live.say('series.changed', aSeries({ id: anId(21), name: 'Thickness', openAlerts: 2, version: 3 }));
  live.say('series.changed', aSeries({ id: anId(21), name: 'Thickness', openAlerts: 1, version: 2 }));
  draw();
  expect(names(wall)[0]).toBe('Thickness 1');
});

test('an old word does not win over a newer one that was drawn', async () => {
  const { wall, live, draw } = await listed();
  live.say('series.changed', aSeries({ id: anId(21), name: 'Thickness', openAlerts: 2, version: 3 }));
  draw();
  live.say('series.changed', aSeries({ id: anId(21), name: 'Thickness', openAlerts: 1, version: 2 }));
  draw();
  expect(names(wall)[0]).toBe('Thickness 2');
});

test('many words are drawn once', async () => {
  const { wall, live, turns, draw } = await listed();
  for (let version = 2; version < 500; version++) {
    live.say('series.changed', aSeries({ id: anId(21 + (version % 2)), name: 'Same', pointCount: version, version }));
  }
  expect([turns.length, names(wall)]).toEqual([1, ['Etch pressure 0', 'Thickness 0']]);
  draw();
  expect(wall.series.map(({ pointCount }) => pointCount).toSorted((a, b) => a - b)).toEqual([498, 499]);
});

test('a wall that was left hears nothing more', async () => {
  const { wall, live, turns, leave } = await listed();
  live.say('series.changed', aSeries({ id: anId(21), name: 'Renamed', version: 3 }));
  leave();
  expect([turns.length, live.listeners, names(wall)]).toEqual([0, 0, ['Etch pressure 0', 'Thickness 0']]);
});

test('a new chart joins when it belongs', async () => {
  const { wall, live, draw } = await listed({ projectId: anId(100), q: 'e' });
  live.say('series.changed', aSeries({ id: anId(23), name: 'Bow', projectId: anId(100) }));
  live.say('series.changed', aSeries({ id: anId(24), name: 'Temperature', projectId: anId(200) }));
  live.say('series.changed', aSeries({ id: anId(25), name: 'Etch depth', projectId: anId(100) }));
  draw();
  expect(names(wall)).toEqual(['Etch depth 0', 'Etch pressure 0', 'Thickness 0']);
});

test('a filter is asked of the server and holds for what is heard', async () => {
  const { wall, live, sent, draw } = await listed({ instrumentId: anId(40), alarmed: true }, [
    aSeries({ id: anId(21), name: 'Quiet', instrumentId: anId(40) }),
    aSeries({ id: anId(22), name: 'Loud', instrumentId: anId(40), openAlerts: 1 }),
  ]);
  expect(sent[0]?.url).toContain(`instrumentId=${anId(40)}`);
  live.say('series.changed', aSeries({ id: anId(24), name: 'Elsewhere', openAlerts: 1 }));
  live.say(
    'series.changed',
    aSeries({ id: anId(21), name: 'Quiet', instrumentId: anId(40), openAlerts: 1, version: 2 }),
  );
  draw();
  expect(names(wall)).toEqual(['Loud 1', 'Quiet 1']);
});

test('what is put away leaves the wall, and is among the archived', async () => {
  const away = aSeries({ id: anId(21), name: 'Thickness', archived: '2026-11-21T10:00:00.000Z', version: 2 });
  const { wall, live, draw } = await listed();
  live.say('series.changed', away);
  draw();
  expect(names(wall)).toEqual(['Etch pressure 0']);
  const archive = await listed({ archived: true }, [away]);
  expect([names(archive.wall), archive.sent[0]?.url.includes('archived=true')]).toEqual([['Thickness 0'], true]);
});

test('all pages are in order together', async () => {
  answers({
    'GET /api/v1/series': ({ url }: { url: string }) =>
      url.includes('cursor=next')
        ? pageOf([aSeries({ id: anId(29), name: 'Zeta', openAlerts: 1 })])
        : pageOf([...stored], 'next'),
  });
  const wall = new SeriesWall(() => noFilter);
  await wall.load();
  expect(names(wall)).toEqual(['Zeta 1', 'Etch pressure 0', 'Thickness 0']);
});

test('numbers in names count as numbers', async () => {
  const { wall } = await listed(
    {},
    [10, 2, 1].map((film) => aSeries({ id: anId(30 + film), name: `Film ${film}` })),
  );
  expect(names(wall)).toEqual(['Film 1 0', 'Film 2 0', 'Film 10 0']);
});

test('the state of a chart in words', () => {
  expect(stateOf(aSeries({ openAlerts: 1 })).word).toBe('Out of control');
  expect(stateOf(aSeries({ phases: [collecting], pointCount: 7 })).word).toBe('Baseline 7 of 20');
  expect(stateOf(aSeries()).word).toBe('No points yet');
  expect(stateOf(aSeries({ pointCount: 30 })).word).toBe('In control');
  expect(stateOf(aSeries({ archived: '2026-11-21T10:00:00.000Z', openAlerts: 1 })).word).toBe('Archived');
});
