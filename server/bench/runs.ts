// `npm run bench:runs`: what it costs that runs are numbered, judged, told and charted, beside an endpoint that only stores.
// Machines are noisy: read the ratios. Options: --seconds N (default 10), --only ingest,screens,board,long, --points N
import { parseArgs } from 'node:util';
import { quantiles } from './quantiles.ts';
import { board } from './runs/board.ts';
import { startBare, startCobench, type Cobench } from './runs/house.ts';
import { ingest } from './runs/ingest.ts';
import { longRun } from './runs/long-run.ts';
import { screens } from './runs/screens.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string' },
    points: { type: 'string', default: '5000000' },
  },
});
const wanted = (part: string): boolean => values.only === undefined || values.only.split(',').includes(part);
const seconds = Number(values.seconds);
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const count = (value: number): string => Math.round(value).toLocaleString('en');

if (wanted('ingest')) await compareIngest();
if (wanted('screens')) await inHouse({ ownEngine: true }, tellScreens);
if (wanted('board')) await inHouse({ ownEngine: false }, tellBoard);
if (wanted('long')) await inHouse({ ownEngine: true }, tellLongRun);

async function compareIngest(): Promise<void> {
  const load = { runs: 50, points: 200, seconds };
  console.log(
    `ingest: ${load.runs} runs, batches of ${load.points} numbered points, each answered before the next is sent`,
  );
  const results = [];
  for (const start of [startBare, startCobench]) {
    const house = await start();
    const result = await ingest(house, load);
    await house.stop();
    results.push(result);
    const { pointsPerSecond, p50, p99, cpuPerBatch } = result;
    console.log(
      `  ${house.name}: ${count(pointsPerSecond)} points/s, a batch p50 ${ms(p50)}, p99 ${ms(p99)}, ` +
        `processors ${ms(cpuPerBatch * 1000)}`,
    );
  }
  const [bare, ours] = results;
  if (!bare || !ours) return;
  console.log(
    `  ours / bare: points/s ${(ours.pointsPerSecond / bare.pointsPerSecond).toFixed(2)}, ` +
      `processors ${(ours.cpuPerBatch / bare.cpuPerBatch).toFixed(1)}; wanted: 20,000 points/s`,
  );
}

async function tellScreens(house: Cobench): Promise<void> {
  const load = { runs: 50, subscribers: 500, batchesPerSecond: 1, points: 20, seconds };
  const { p50, p95, p99, seen, expected } = await screens(house, load);
  console.log(
    `point to screen: ${load.subscribers} subscribers of ${load.runs} runs, ${load.runs * load.batchesPerSecond * load.points} points/s: ` +
      `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}; ${count(seen)} of ${count(expected)} seen; wanted: p95 250 ms`,
  );
}

async function tellBoard(house: Cobench): Promise<void> {
  const stored = 100_000;
  const { get, list, create, calibration, bareGet } = await board(house, { stored, times: 300 });
  const told = (sample: number[]): string => {
    const [p50, p99] = quantiles(sample, [0.5, 0.99]);
    return `p50 ${ms(p50)}, p99 ${ms(p99)}`;
  };
  console.log(`a board of ${count(stored)} runs`);
  console.log(`  a run: ${told(get)} (wanted: 100 ms); the bare query: ${told(bareGet)}`);
  console.log(`  50 runs in a state: ${told(list)} (wanted: 100 ms)`);
  console.log(`  a new run: ${told(create)} (wanted: 200 ms)`);
  console.log(`  whether an instrument is calibrated: ${told(calibration)} (wanted: 50 ms)`);
}

async function tellLongRun(house: Cobench): Promise<void> {
  const { points, fedSeconds, open, zoom } = await longRun(house, { points: Number(values.points), times: 60 });
  const [open50, open99] = quantiles(open, [0.5, 0.99]);
  const [zoom50, zoom99] = quantiles(zoom, [0.5, 0.99]);
  console.log(
    `a run of ${count(points)} points (fed one batch of 500 after another in ${fedSeconds.toFixed(0)} s): ` +
      `opens in p50 ${ms(open50)}, p99 ${ms(open99)} (wanted: 1 s); a zoom p50 ${ms(zoom50)}, p99 ${ms(zoom99)}`,
  );
}

async function inHouse(options: { ownEngine: boolean }, tell: (house: Cobench) => Promise<void>): Promise<void> {
  const house = await startCobench(options);
  await tell(house);
  await house.stop();
}
