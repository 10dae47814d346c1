import { expect, test } from 'vitest';
import { chartKinds, type ChartItem, type ChartKind, type ChartOptions, type ChartState } from './charts.ts';
import { createChart } from './create-chart.ts';
import { estimateParameters } from './estimate-parameters.ts';
import { judgedPoint } from './judged-point.ts';
import { computeLimits } from './limits.ts';

const optionsOf: Partial<Record<ChartKind, ChartOptions>> = {
  mr: { mrSpan: 4 },
  ewma: { lambda: 0.3 },
  cusum: { headStart: 2, shift: 1.5 },
};
const counted: readonly ChartKind[] = ['p', 'np', 'u', 'laney-p', 'laney-u'];

test.each(chartKinds.flatMap((chart) => [1, 2, 3].map((seed) => [chart, seed] as const)))(
  '%s: batch, stream and a stream stored after every point agree (seed %i)',
  (chart, seed) => {
    const { data, sizes } = randomData(chart, seed, 400);
    const options: ChartOptions = { ...optionsOf[chart], baseline: 250, exclude: [3, 17, 18] };
    const parameters = storedAndRead(estimateParameters({ chart, data, sizes, options }));
    const stream = createChart({ chart, parameters, options });
    const streamed = data.map((item, i) => stream.push(item, sizes?.[i]));

    let state: ChartState | undefined;
    const replayed = data.map((item, i) => {
      const resumed = createChart({ chart, parameters, options, state });
      const point = resumed.push(item, sizes?.[i]);
      state = storedAndRead(resumed.state());
      return point;
    });
    expect(replayed).toEqual(streamed);

    const batch = computeLimits({ chart, data, sizes, options });
    const [first] = streamed;
    const values = streamed.map(({ value }) => value);
    const drawn = 'values' in batch ? batch.values : batch.pos;
    expect(drawn).toEqual(values.slice(values.length - drawn.length));
    for (const line of ['ucl', 'lcl'] as const) {
      const ours = batch[line];
      expect(Array.isArray(ours) ? ours : data.map(() => ours)).toEqual(streamed.map((point) => point[line]));
    }
    expect(drawn.filter((value) => value === null).length).toBeGreaterThan(5);
    expect(first?.sigma).toBeGreaterThan(0);
    expect(JSON.stringify(stream.state()).length).toBeLessThan(200);
  },
);

test.each(chartKinds)('%s: a gap has finite lines, also as the first item and without a size', (chart) => {
  const { data, sizes } = randomData(chart, 5, 100);
  const point = createChart({ chart, parameters: estimateParameters({ chart, data, sizes }) }).push(null);
  const { value, center, sigma, ucl, lcl } = point;
  expect(value).toBeNull();
  expect([center, sigma, ucl, lcl].every(Number.isFinite)).toBe(true);
});

test.each(['xbar', 'r', 's', 'median', 'ewma'] as const)(
  '%s: lines given without data are at a gap those of the last size',
  (chart) => {
    const options = { center: 5, sigma: 2, limitsType: 'asymptotic' } as const;
    const parameters = storedAndRead(estimateParameters({ chart, data: [], options }));
    const stream = createChart({ chart, parameters, options });
    const measured = stream.push([4, 6, 5]);
    const resumed = createChart({ chart, parameters, options, state: storedAndRead(stream.state()) });
    expect(resumed.push(null)).toEqual({ ...measured, value: null });
  },
);

test.each(['p', 'np', 'u', 'laney-p'] as const)('%s: lines given without data are those of every size', (chart) => {
  const options = { center: 0.5, sigma: 0.1 };
  const parameters = estimateParameters({ chart, data: [], options });
  const stream = createChart({ chart, parameters, options });
  const lines = { center: 0.5, sigma: 0.1, ucl: expect.closeTo(0.8, 12), lcl: expect.closeTo(0.2, 12) };
  expect([stream.push(1, 10), stream.push(null), stream.push(1, 40)]).toMatchObject([lines, lines, lines]);
});

test('rules judge times where their lines are even, and of two sums the one farther out', () => {
  const times = createChart({ chart: 't', parameters: { center: 100, sigma: 1 } }).push(20);
  const middle = 100 ** (1 / 3.6);
  const judged = { value: 20 ** (1 / 3.6), center: middle, sigma: 1, ucl: middle + 3, lcl: middle - 3 };
  expect(judgedPoint(times)).toEqual(judged);
  const sums = createChart({ chart: 'cusum', parameters: { center: 0, sigma: 1 } });
  expect(judgedPoint(sums.push(-4)).value).toBe(-3.5);
  expect(judgedPoint(sums.push(6)).value).toBe(5.5);
});

test.each([
  { center: Number.NaN, sigma: 1 },
  { center: 0, sigma: -1 },
  { center: 0, sigma: 1, size: 0 },
])('a chart cannot be drawn from %j', (parameters) => {
  expect(() => createChart({ chart: 'xbar', parameters })).toThrow('A chart is drawn from');
});

test('there is no chart of another name', () => {
  expect(() => computeLimits({ chart: 'pie' as ChartKind, data: [1, 2] })).toThrow('There is no chart called pie.');
});

function storedAndRead<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Items a chart may meet, with gaps, missing measurements and sizes that are not equal. */
function randomData(chart: ChartKind, seed: number, length: number): { data: ChartItem[]; sizes?: number[] } {
  let state = seed;
  const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const whole = (most: number) => Math.floor(random() * most);
  const measured = () => random() + random() + random();
  const gap = <Item>(item: () => Item) => (random() < 0.05 ? null : item());
  const list = <Item>(item: () => Item) => Array.from({ length }, item);
  if (counted.includes(chart)) return { data: list(() => gap(() => whole(20))), sizes: list(() => 20 + whole(60)) };
  if (chart === 'c' || chart === 'g') return { data: list(() => gap(() => whole(20))) };
  if (['i', 'mr', 't'].includes(chart)) return { data: list(() => gap(measured)) };
  return { data: list(() => gap(() => Array.from({ length: 1 + whole(6) }, () => gap(measured)))) };
}
