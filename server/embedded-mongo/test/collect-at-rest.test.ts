import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Rest } from '../src/collect-at-rest.ts';

const module = JSON.stringify(new URL('../src/collect-at-rest.ts', import.meta.url).href);

const buffers = `
import { collectAtRest } from ${module};
const megabytes = () => process.memoryUsage().arrayBuffers / 1e6;
collectAtRest();
const end = performance.now() + 1500;
while (performance.now() < end) Array.from({ length: 10 }, () => new Uint8Array(100_000));
let kept = Array.from({ length: 200 }, () => new Uint8Array(100_000));
setTimeout(() => (kept = []), 3000);
const most = megabytes();
const looking = setInterval(() => {
  if (kept.length > 0 || megabytes() > 2) return;
  console.log(most > 20 ? 'collected' : 'there was nothing to collect');
  clearInterval(looking);
}, 50);
`;

const objects = `
import { collectAtRest } from ${module};
const megabytes = () => process.memoryUsage.rss() / 1e6;
collectAtRest();
const start = megabytes();
const end = performance.now() + 1500;
const kept = [];
while (performance.now() < end) {
  kept.push(Array.from({ length: 20_000 }, (_, n) => ({ n })));
  if (kept.length > 20) kept.shift();
}
kept.length = 0;
const most = megabytes();
const looking = setInterval(() => {
  if (megabytes() > start + (most - start) / 4) return;
  console.log(most > start + 80 ? 'given back' : 'there was nothing to give back');
  clearInterval(looking);
}, 50);
`;

const second = { busy: 0.9, calm: 0.01 };

/** The seconds, counted from one, in which something is collected. */
function collectedIn(utilizations: number[]): number[] {
  const rest = new Rest();
  return utilizations.flatMap((utilization, at) => (rest.pass(utilization) ? [at + 1] : []));
}

test('it is collected after the first, the fifth and the thirtieth second of rest, and then no more', () => {
  const calm = Array.from({ length: 100 }, () => second.calm);
  expect(collectedIn(calm)).toEqual([1, 5, 30]);
  expect(collectedIn([second.busy, second.busy, ...calm])).toEqual([3, 7, 32]);
});

test('work begins the rest anew', () => {
  const calm = Array.from({ length: 10 }, () => second.calm);
  expect(collectedIn([...calm, second.busy, ...calm])).toEqual([1, 5, 12, 16]);
});

test('a collection that takes long is no work after which it is collected again', () => {
  const calm = Array.from({ length: 40 }, () => second.calm);
  const collecting = [second.calm, second.busy, second.busy, second.calm, second.calm, second.busy, second.busy];
  expect(collectedIn([...collecting, ...calm])).toEqual([1, 5, 30]);
});

/** Runs a program to its end, and resolves with what it said. */
async function said(program: string): Promise<string> {
  const arguments_ = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { timeout: 20_000 });
  return stdout.trim();
}

test('a thread that rests keeps neither what its work left behind nor what it had for a moment more', async () => {
  expect(await said(buffers)).toBe('collected');
}, 25_000);

test('what V8 took for the objects of a busy moment goes back to the system', async () => {
  expect(await said(objects)).toBe('given back');
}, 25_000);
