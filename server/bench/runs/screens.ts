import { setTimeout as pause } from 'node:timers/promises';
import { livePath } from '@cobench/shared/realtime/live';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import { io, type Socket } from 'socket.io-client';
import { quantiles } from '../quantiles.ts';
import type { Cobench } from './house.ts';
import { Sender } from './sender.ts';

export type Screens = { p50: number; p95: number; p99: number; seen: number; expected: number };
type Load = { runs: number; subscribers: number; batchesPerSecond: number; points: number; seconds: number };

/** Milliseconds from when a point was due to each screen that watches its run; the load does not wait for the server. */
export async function screens(house: Cobench, load: Load): Promise<Screens> {
  const { runs, subscribers, batchesPerSecond, points, seconds } = load;
  const paths = await house.runs(runs);
  const due = new Map<number, number>();
  const delays: number[] = [];
  let begun = Infinity;
  const take = ({ events }: { events: RunEvent[] }): void => {
    const now = performance.now();
    for (const event of events) {
      const at = event.kind === 'metric' ? due.get(event.value) : undefined;
      if (at !== undefined && at >= begun) delays.push(now - at);
    }
  };
  const sockets: Socket[] = [];
  for (let n = 0; n < subscribers; n++) {
    const socket = io(house.origin, {
      path: livePath,
      transports: ['websocket'],
      forceNew: true,
      extraHeaders: { cookie: house.person.cookie('/live/'), origin: house.origin },
    });
    sockets.push(socket);
    socket.on('run.recorded', take);
    if (n % 25 === 24) await pause(20);
  }
  await Promise.all(
    sockets.map(async (socket, n) => {
      while (!socket.connected) await pause(10);
      const id = paths[n % runs]?.split('/')[4];
      await socket.timeout(20_000).emitWithAck('watch.run', { id, after: 1 });
    }),
  );
  const sender = new Sender(house.origin, house.headers);
  const start = performance.now() + 100;
  begun = start + 2000;
  const interval = 1000 / batchesPerSecond;
  let [value, counted] = [0, 0];
  const sending = paths.map(async (path, run) => {
    for (let number = 1; ; number++) {
      const at = start + (number + run / runs) * interval;
      if (at > begun + seconds * 1000) return;
      await pause(Math.max(0, at - performance.now()));
      const events = Array.from({ length: points }, () => {
        due.set(++value, at);
        return { kind: 'metric', name: 'Pressure', value, unit: '' };
      });
      if (at >= begun) counted += points;
      await sender.post(path, JSON.stringify({ batch: `b${number}`, sender: 'tool', number, events }));
    }
  });
  await Promise.all(sending);
  const expected = (counted * subscribers) / runs;
  const deadline = performance.now() + 5000;
  while (delays.length < expected && performance.now() < deadline) await pause(10);
  for (const socket of sockets) socket.close();
  sender.close();
  const [p50, p95, p99] = quantiles(delays, [0.5, 0.95, 0.99]);
  return { p50, p95, p99, seen: delays.length, expected };
}
