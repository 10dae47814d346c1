import { afterEach, expect, test, vi } from 'vitest';
import { answers, type Sent } from '../../../test/answers.ts';
import { FakeLiveSocket, liveOver } from '../../../test/fake-live-socket.ts';
import { aSeriesPoint } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { SeriesPoints } from './series-points.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const points = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => aSeriesPoint(first + i));
const shown = (series: SeriesPoints) => series.items.map(({ index }) => index);

async function opened({ stored = points(0, 2), limit = 5 } = {}) {
  const history = { items: stored };
  const sent = answers({ [`GET /api/v1/series/${anId(20)}/points`]: () => history });
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  socket.up();
  const series = new SeriesPoints(anId(20), { live, limit });
  const leave = series.follow();
  await expect.poll(() => socket.sent.length).toBe(1);
  return { series, socket, leave, sent, history };
}
const asked = (socket: FakeLiveSocket) => socket.sent.at(-1)?.slice(0, 2);

test('an empty chart is watched from its first point on', async () => {
  const { series, socket } = await opened({ stored: [] });
  expect(asked(socket)).toEqual(['watch.series', { id: anId(20), after: -1 }]);
  socket.answer({ ok: true, missed: points(0, 1) });
  expect(shown(series)).toEqual([0, 1]);
});

test('points arrive once and in order, and only the newest are kept', async () => {
  const { series, socket } = await opened();
  socket.say('series.grew', { seriesId: anId(20), points: points(4, 5) });
  socket.answer({ ok: true, missed: points(3, 4) });
  socket.say('series.grew', { seriesId: anId(21), points: points(6, 6) });
  expect(shown(series)).toEqual([1, 2, 3, 4, 5]);
});

test('after a loss it goes on after the last point, after too long a loss it is fetched again', async () => {
  const { series, socket, history } = await opened();
  socket.answer({ ok: true, missed: points(3, 3) });
  socket.drop();
  socket.up();
  expect(asked(socket)).toEqual(['watch.series', { id: anId(20), after: 3 }]);
  history.items = points(95, 99);
  socket.answer({ ok: true, reload: true });
  await expect.poll(() => asked(socket)).toEqual(['watch.series', { id: anId(20), after: 99 }]);
  socket.answer({ ok: true, missed: points(100, 100) });
  expect(shown(series)).toEqual([96, 97, 98, 99, 100]);
});

/** What the server answers: of so many stored points the newest, or those before one. */
function stored(count: number) {
  return ({ url }: Sent) => {
    const query = new URL(url, 'http://lab.test').searchParams;
    const end = Math.min(count, Number(query.get('before') ?? count));
    return { items: points(Math.max(0, end - Number(query.get('limit'))), end - 1) };
  };
}

async function following(count: number, limit: number) {
  const sent = answers({ [`GET /api/v1/series/${anId(20)}/points`]: stored(count) });
  const socket = new FakeLiveSocket();
  const live = liveOver(socket);
  socket.up();
  const series = new SeriesPoints(anId(20), { live, limit });
  series.follow();
  await expect.poll(() => series.state).toBe('ready');
  const ends = () => [series.items[0]?.index, series.items.at(-1)?.index];
  return { series, socket, sent, ends };
}

test('older points are fetched as somebody asks, and stay when new ones come', async () => {
  const { series, socket, ends } = await following(25, 10);
  expect([ends(), series.olderCount]).toEqual([[15, 24], 15]);
  await series.older();
  expect([ends(), series.olderCount]).toEqual([[5, 24], 5]);
  socket.answer({ ok: true, missed: points(25, 25) });
  expect(series.items.at(-1)?.index).toBe(25);
  await series.older();
  expect([ends(), series.olderCount]).toEqual([[0, 25], 0]);
});

test('a reload brings as many points as were there', async () => {
  const { series, ends } = await following(40, 10);
  await series.older();
  await series.older();
  await series.load();
  expect(ends()).toEqual([10, 39]);
});

test('memory is bounded: older points push the newest out, which says so, and there is a way back', async () => {
  const { series, socket, ends } = await following(100_000, 10_000);
  for (let i = 0; i < 5; i++) await series.older();
  expect([ends(), series.past]).toEqual([[40_000, 89_999], true]);
  socket.say('series.grew', { seriesId: anId(20), points: points(100_000, 100_000) });
  expect(ends()).toEqual([40_000, 89_999]);
  await series.newest();
  expect([ends(), series.past]).toEqual([[90_000, 99_999], false]);
});

test('a point long ago is reached with those around it, a near one by older points', async () => {
  const { series, ends } = await following(100_000, 10_000);
  await series.reach(85_000);
  expect([ends(), series.past]).toEqual([[80_000, 99_999], false]);
  await series.reach(500);
  expect([ends(), series.past]).toEqual([[0, 5499], true]);
});
