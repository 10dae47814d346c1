// `npm run bench:spc`: what control charts cost: rules and limits by themselves, points over HTTP, drawing in a browser, and
// many charts that grow at once. Machines are noisy: read the ratios, each to a baseline of the same run. Options:
// --only rules,limits,query,browser,alarms, --seconds N of alarms (default 20), --tools N that measure 200 charts
// together (default 10: 100 batches a second), --stored N charts of 10,000 points (default 20)
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { quantiles } from '../../server/bench/quantiles.ts';
import { startCobench, type Cobench } from '../../server/bench/runs/house.ts';
import { alarms } from '../../server/bench/spc/alarms.ts';
import { limitCosts, plainCost, ruleCosts, runLengthCosts } from '../../server/bench/spc/engine.ts';
import { queries, storedSeries } from '../../server/bench/spc/query.ts';
import { openChart } from './chart-page.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    tools: { type: 'string', default: '10' },
    stored: { type: 'string', default: '20' },
  },
});
const wanted = (part: string): boolean => values.only === undefined || values.only.split(',').includes(part);
const count = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
const ratio = (value: number, baseline: number): string =>
  `${(value / baseline).toFixed(value < baseline * 10 ? 1 : 0)}×`;
const points = 10_000;

if (wanted('rules')) tellRules();
if (wanted('limits')) tellLimits();
if (wanted('query') || wanted('browser')) await inHouse('static', tellStored);
if (wanted('alarms')) await inHouse('none', tellAlarms);

function tellRules(): void {
  console.log('rules: processor time of one point; wanted: below 1,000 ns, from ten thousand points to a million');
  for (const [ruleSet, costs] of Map.groupBy(ruleCosts([10_000, 100_000, 1_000_000]), ({ ruleSet: name }) => name)) {
    const figures = costs.map(({ stream, batch, loop, points: length }) => {
      return `${count(length)}: ${stream.toFixed(0)} ns, at once ${batch.toFixed(0)} ns (a plain loop ${loop.toFixed(1)} ns)`;
    });
    const flat = ratio(Number(costs.at(-1)?.stream), Number(costs[0]?.stream));
    console.log(`  ${ruleSet}: ${figures.join('; ')}; a million / ten thousand ${flat}`);
  }
  const lengths = runLengthCosts().map(({ name, p50 }) => `${name} ${ms(p50)}`);
  console.log(`  false alarms and delay of a preset at a new shift: ${lengths.join(', ')}`);
}

function tellLimits(): void {
  const plain = plainCost(points);
  console.log(`limits and lines of ${count(points)} points, processor time; wanted: 5 ms`);
  for (const { name, processor, p50, p99 } of limitCosts(points)) {
    console.log(
      `  ${name}: ${ms(processor)} (${ratio(processor, plain.processor)} ${plain.name}); by the clock p50 ${ms(p50)}, p99 ${ms(p99)}`,
    );
  }
}

async function tellStored(house: Cobench): Promise<void> {
  const stored = Number(values.stored);
  const ids = await storedSeries(house, { series: stored, points });
  if (wanted('query')) await tellQueries(house, ids);
  if (wanted('browser')) await tellBrowser(house, ids[0] ?? '');
}

async function tellQueries(house: Cobench, ids: readonly string[]): Promise<void> {
  const times = 60;
  const { asked, middle, health } = await queries(house, { ids, lengths: [1000, points], times });
  const [bare] = quantiles(health, [0.5]);
  console.log(`points over HTTP, ${ids.length} charts of ${count(points)} points stored; wanted: 200 ms${busy()}`);
  for (const { points: length, took, processor } of asked) {
    console.log(`  the newest ${count(length)}: ${told(took, bare)}; processors ${ms(processor)}`);
  }
  console.log(`  1,000 in the middle: ${told(middle.took, bare)}; processors ${ms(middle.processor)}`);
}

async function tellBrowser(house: Cobench, id: string): Promise<void> {
  const page = await openChart(`${house.origin}/spc/${id}`, { points });
  const { firstDraw, panFrames, emptyFrames, emptyDraw } = await page.draw();
  const { moves, nothing } = await page.whatIf();
  await page.close();
  const [frame, key] = [quantiles(emptyFrames, [0.5])[0], quantiles(nothing, [0.5])[0]];
  const [first] = quantiles(firstDraw, [0.5]);
  console.log(`in a browser, a chart of ${count(points)} points${busy()}`);
  console.log(
    `  first draw: p50 ${ms(first)}, the first after sign-in aside (wanted: 50 ms); a canvas is made in ${ms(emptyDraw)}`,
  );
  console.log(`  a frame while it is moved: ${told(panFrames, frame, 'one line on an empty canvas')} (wanted: 16 ms)`);
  console.log(
    `  a limit is moved by a key, to the next picture: ${told(moves, key, 'a key that does nothing')} (wanted: 100 ms)`,
  );
}

async function tellAlarms(house: Cobench): Promise<void> {
  const tools = Number(values.tools);
  const load = { tools, metrics: Math.round(200 / tools), perSecond: 10, seconds: Number(values.seconds) };
  const result = await alarms(house, load);
  const [bare] = quantiles(result.health, [0.5]);
  const rate = load.tools * load.metrics * load.perSecond;
  console.log(
    `${load.tools * load.metrics} charts of ${load.tools} tools, ${count(rate)} points/s for ${load.seconds} s: ${count(result.points)} points${busy()}`,
  );
  console.log(
    `  point to alert on the screen of somebody else: ${told(result.alertDelays, bare)} (wanted: p95 250 ms)`,
  );
  console.log(`  point to the chart that somebody looks at: ${told(result.pointDelays, bare)}`);
  const wrong =
    result.problems.length === 0
      ? 'nothing lost, doubled or judged otherwise than at once'
      : result.problems.join('\n    ');
  console.log(`  ${count(result.alerts)} alerts; ${wrong}`);
  if (result.problems.length > 0) process.exitCode = 1;
}

function told(sample: readonly number[], bare: number, baseline = 'an empty answer'): string {
  const [p50, p95, p99] = quantiles(sample, [0.5, 0.95, 0.99]);
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)} (${ratio(p50, bare)} ${baseline} at ${ms(bare)})`;
}

/** How busy the machine was: what runs beside is in every figure that a clock says. */
function busy(): string {
  const [load = 0] = loadavg();
  return ` (load ${load.toFixed(1)} on ${availableParallelism()} processors)`;
}

async function inHouse(web: 'none' | 'static', tell: (house: Cobench) => Promise<void>): Promise<void> {
  const house = await startCobench({ web });
  await tell(house);
  await house.stop();
}
