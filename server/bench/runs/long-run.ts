import { setTimeout as pause } from 'node:timers/promises';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { call } from '../../test/call.ts';
import type { Cobench } from './house.ts';
import { aBatch, Sender } from './sender.ts';

export type LongRun = { points: number; fedSeconds: number; open: number[]; zoom: number[] };

/** What opening the page of a long run waits for, and a zoom into it: the metrics, and the columns of one chart. */
export async function longRun(house: Cobench, { points, times }: { points: number; times: number }): Promise<LongRun> {
  const [path = ''] = await house.runs(1);
  const id = path.split('/')[4] ?? '';
  const sender = new Sender(house.origin, house.headers);
  const begun = performance.now();
  for (let number = 1; number * 500 <= points; number++) await sender.post(path, aBatch(number, 500));
  const fedSeconds = (performance.now() - begun) / 1000;
  sender.close();
  const { person } = house;
  await call(person, runEndpoints.finish, { id, outcome: 'completed' });
  await pause(2000);
  const first = await call(person, runEndpoints.telemetry, { id });
  const metric = first.metrics[0]?.name ?? '';
  const [from, to] = [first.metrics[0]?.firstAt, first.metrics[0]?.lastAt].map((at) => Date.parse(at ?? ''));
  const [open, zoom]: [number[], number[]] = [[], []];
  for (let n = 0; n < times; n++) {
    const opening = performance.now();
    const { metrics } = await call(person, runEndpoints.telemetry, { id });
    await call(person, runEndpoints.telemetryColumns, {
      id,
      metric: metrics[n % metrics.length]?.name ?? '',
      columns: 1000,
    });
    open.push(performance.now() - opening);
    const span = (Number(to) - Number(from)) / 2 ** (n % 12);
    const start = Number(from) + Math.random() * (Number(to) - Number(from) - span);
    const window = { from: new Date(start).toISOString(), to: new Date(start + span).toISOString() };
    const zooming = performance.now();
    await call(person, runEndpoints.telemetryColumns, { id, metric, columns: 1000, ...window });
    zoom.push(performance.now() - zooming);
  }
  return { points, fedSeconds, open, zoom };
}
