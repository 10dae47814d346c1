import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = `
import { collectAtRest } from ${JSON.stringify(new URL('../src/collect-at-rest.ts', import.meta.url).href)};
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

test('a thread that rests keeps neither what its work left behind nor what it had for a moment more', async () => {
  const arguments_ = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { timeout: 20_000 });
  expect(stdout.trim()).toBe('collected');
}, 25_000);
