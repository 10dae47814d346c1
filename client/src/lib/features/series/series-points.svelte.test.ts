import { afterEach, expect, test, vi } from 'vitest';
import { answers } from '../../../test/answers.ts';
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
