import { processLoad } from '../process-load.ts';
import { quantiles } from '../quantiles.ts';
import type { House } from './house.ts';
import { aBatch, Sender } from './sender.ts';

export type Ingest = { pointsPerSecond: number; p50: number; p99: number; cpuPerBatch: number };

/** Each run sends its batches one after another, as fast as they are answered. The first two seconds warm up. */
export async function ingest(
  house: House,
  { runs, points, seconds }: { runs: number; points: number; seconds: number },
): Promise<Ingest> {
  const paths = await house.runs(runs);
  const sender = new Sender(house.origin, house.headers);
  const took: number[] = [];
  const begun = performance.now() + 2000;
  const end = begun + seconds * 1000;
  let cpu = 0;
  const measuring = setTimeout(() => (cpu = processLoad(house.pid).cpuSeconds), 2000);
  const sending = paths.map(async (path) => {
    for (let number = 1; performance.now() < end; number++) {
      const body = aBatch(number, points, { sender: 'tool', number });
      const sent = performance.now();
      await sender.post(path, body);
      const answered = performance.now();
      if (sent >= begun && answered < end) took.push(answered - sent);
    }
  });
  await Promise.all(sending);
  clearTimeout(measuring);
  const cpuPerBatch = (processLoad(house.pid).cpuSeconds - cpu) / took.length;
  sender.close();
  const [p50, p99] = quantiles(took, [0.5, 0.99]);
  return { pointsPerSecond: (took.length * points) / seconds, p50, p99, cpuPerBatch };
}
