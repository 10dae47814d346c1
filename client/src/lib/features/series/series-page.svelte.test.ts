import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { FakeLiveSocket, liveOver } from '../../../test/fake-live-socket.ts';
import { aSeries, aSeriesPoint, anInstrument } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { SeriesPage } from './series-page.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

function opened(series = aSeries()) {
  const stored = { points: [aSeriesPoint(0)] };
  const sent = answers({
    [`GET /api/v1/series/${anId(20)}`]: () => series,
    [`GET /api/v1/series/${anId(20)}/points`]: () => ({ items: stored.points }),
    [`GET /api/v1/instruments/${anId(40)}`]: () => anInstrument({ id: anId(40), name: 'RIE-2' }),
  });
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  socket.up();
  const page = new SeriesPage(anId(20), live);
  page.follow();
  const fetches = () => sent.filter(({ url }) => url.includes('/points')).length;
  return { page, socket, stored, fetches };
}

test('after a revision the points are fetched anew; other changes leave them alone', async () => {
  const { page, socket, stored, fetches } = opened();
  await expect.poll(() => [page.points.state, page.series?.version]).toEqual(['ready', 1]);
  socket.say('series.changed', aSeries({ version: 2, name: 'Renamed' }));
  expect([page.series?.name, fetches()]).toEqual(['Renamed', 1]);
  stored.points = [aSeriesPoint(0, { ucl: 20 })];
  socket.say('series.changed', aSeries({ version: 3, limitsVersion: 2 }));
  await expect.poll(() => page.points.items[0]?.ucl).toBe(20);
  expect(fetches()).toBe(2);
});

test('a revision that happened while the connection was lost is noticed', async () => {
  const series = aSeries();
  const { page, socket, fetches } = opened(series);
  await expect.poll(() => [page.points.state, page.series?.version]).toEqual(['ready', 1]);
  Object.assign(series, { version: 5, limitsVersion: 3 });
  socket.drop();
  socket.up();
  await expect.poll(fetches).toBe(2);
});

test('an older copy of the chart is not taken over', async () => {
  const { page, socket } = opened(aSeries({ version: 4 }));
  await expect.poll(() => page.series?.version).toBe(4);
  socket.say('series.changed', aSeries({ version: 3, name: 'Long ago' }));
  expect(page.series?.name).toBe('Etch pressure');
});

test('the instrument is called by its name', async () => {
  const { page } = opened(aSeries({ instrumentId: anId(40) }));
  await expect.poll(() => page.instrumentName).toBe('RIE-2');
});

test('a chart that is not there, or not for these eyes, is missing', async () => {
  answers({
    [`GET /api/v1/series/${anId(20)}`]: () => refusal('resource.missing'),
    [`GET /api/v1/series/${anId(20)}/points`]: () => refusal('resource.missing'),
  });
  const page = new SeriesPage(anId(20), liveOver(new FakeLiveSocket()));
  await page.load();
  expect(page.missing).toBe(true);
});
