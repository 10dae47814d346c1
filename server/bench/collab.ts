// `npm run bench:collab`: the price of the promises, beside a relay that makes none. Machines are noisy: read the ratios.
// Options: --runs N (default 3), --only guard,keystrokes,kills,memory,throughput
import { parseArgs } from 'node:util';
import { commitAlone } from './collab/commit-alone.ts';
import { judgeAttacks, judgeTyping } from './collab/guard.ts';
import { keystrokes, type Keystrokes, type Load } from './collab/keystrokes.ts';
import { kills } from './collab/kills.ts';
import { memory } from './collab/memory.ts';
import { startCobench, startRelay, type Subject } from './collab/subjects.ts';
import { throughput } from './collab/throughput.ts';
import { median } from './quantiles.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' }, only: { type: 'string' } } });
const wanted = (part: string): boolean => values.only === undefined || values.only.split(',').includes(part);
const loads: Load[] = [
  { documents: 10, typists: 4, editsPerSecond: 200, seconds: 6 },
  { documents: 20, typists: 5, editsPerSecond: 2000, seconds: 6 },
];
const ms = (value: number): string => `${value.toFixed(1)} ms`;

if (wanted('guard')) tellGuard();
if (wanted('keystrokes')) await compareKeystrokes();
if (wanted('throughput')) await alone(throughputOf);
if (wanted('memory')) await alone(memoryOf);
if (wanted('kills')) await alone(killsOf);

function tellGuard(): void {
  const { keystrokes: strokes, mean, p50, p99 } = judgeTyping(100_000);
  const µs = (value: number): string => `${value.toFixed(1)} µs`;
  console.log(`judging ${strokes} keystrokes: mean ${µs(mean)}, p50 ${µs(p50)}, p99 ${µs(p99)}`);
  for (const { what, verdict, milliseconds } of judgeAttacks()) {
    console.log(`  ${what}: ${verdict} after ${milliseconds.toFixed(2)} ms`);
  }
}

async function compareKeystrokes(): Promise<void> {
  const commit = await commitAlone(1000);
  console.log(`one durable commit, alone: p50 ${ms(commit.p50)}, p99 ${ms(commit.p99)}`);
  for (const load of loads) {
    console.log(
      `\nkeystroke to second screen, ${load.documents} documents × ${load.typists} people, ${load.editsPerSecond} edits/s`,
    );
    const relay = await repeated(startRelay, load);
    const ours = await repeated(startCobench, load);
    const ratio = (key: 'p50' | 'p99' | 'cpuSeconds'): string => (ours[key] / relay[key]).toFixed(1);
    console.log(`  ours / relay: p50 ${ratio('p50')}, p99 ${ratio('p99')}, processor ${ratio('cpuSeconds')}`);
    const allowed = 2 * relay.p99 + commit.p99;
    console.log(`  p99 ${ms(ours.p99)} of the ${ms(allowed)} that twice the relay and one commit take`);
  }
}

async function repeated(start: () => Promise<Subject>, load: Load): Promise<Keystrokes> {
  const runs: Keystrokes[] = [];
  let name = '';
  for (let run = 0; run < Number(values.runs); run++) {
    const subject = await start();
    ({ name } = subject);
    runs.push(await keystrokes(subject, load));
    await subject.stop();
  }
  const middle = (key: keyof Keystrokes): number => median(runs.map((run) => run[key]));
  const result = {
    p50: middle('p50'),
    p99: middle('p99'),
    cpuSeconds: middle('cpuSeconds'),
    missing: middle('missing'),
  };
  const { p50, p99, cpuSeconds, missing } = result;
  console.log(`  ${name}: p50 ${ms(p50)}, p99 ${ms(p99)}, processor ${cpuSeconds.toFixed(2)} s, missing ${missing}`);
  return { ...result, deliveries: middle('deliveries') };
}

async function alone(measure: (subject: Subject) => Promise<string>): Promise<void> {
  const subject = await startCobench();
  console.log(`\n${await measure(subject)}`);
  await subject.stop();
}

async function throughputOf(subject: Subject): Promise<string> {
  const { edits, perSecond, atOnceMs, laterMs, stateBytes, bestBytes } = await throughput(subject, { edits: 200_000 });
  const times = (stateBytes / bestBytes).toFixed(2);
  return (
    `one writer, ${edits} keystrokes, one update each: ${Math.round(perSecond)} durable/s; ` +
    `who comes at once has it after ${ms(atOnceMs)}, who comes 1.5 s later after ${ms(laterMs)}; state ${stateBytes} bytes, ${times} × the smallest`
  );
}

async function memoryOf(subject: Subject): Promise<string> {
  const { documents, kilobytes, perDocument, afterLeaving, leakedPerDocument } = await memory(subject, {
    documents: 500,
    visits: 2600,
  });
  return (
    `${documents} open documents of ${kilobytes.toFixed(0)} kB: ${perDocument.toFixed(1)} kB each; ` +
    `after everybody left ${(afterLeaving * 100).toFixed(1)} % of the start; ` +
    `2,000 visits leave ${leakedPerDocument.toFixed(2)} kB each`
  );
}

async function killsOf(subject: Subject): Promise<string> {
  const { kills: times, seen, seenLost, saved, savedLost } = await kills(subject, { times: 20 });
  return `${times} kills: ${seenLost} of ${seen} edits lost that a second person had seen; ${savedLost} of ${saved} that were called saved`;
}
