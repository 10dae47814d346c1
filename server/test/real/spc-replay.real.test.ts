import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { evaluateRules } from '@cobench/shared/spc/index';
import { expect, onTestFinished, test } from 'vitest';
import { dice } from '../collab/dice.ts';

const points = 1_000_000;
const seed = Number(process.env['KILLS_SEED'] ?? 20_261_122);

test('a million points have the same verdicts at once and one by one in a process that is killed again and again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cobench-replay-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { roll } = dice(seed);
  let kills = 0;
  for (let ended = false; !ended;) {
    const before = judged(directory);
    const program = [join(import.meta.dirname, 'replay-process.ts'), directory, String(points), String(seed)];
    const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
    const exit = once(child, 'exit');
    // It has gone on by some, and is killed in the middle of whatever it does then.
    const by = roll(80_000);
    while (child.exitCode === null && judged(directory) < before + by) await pause(1);
    ended = child.exitCode !== null || !child.kill('SIGKILL');
    await exit;
    if (child.signalCode === 'SIGKILL') kills++;
    else if (child.exitCode !== 0) throw new Error(`The process ended with ${child.exitCode}.`);
  }
  const random = dice(seed);
  const values = Array.from(
    { length: points },
    () => (random.roll(2000) + random.roll(2000) + random.roll(2000)) / 1000 - 3,
  );
  const found = new Map<number, string[]>();
  for (const { index, rule } of evaluateRules({ values, center: 0, sigma: 1, ruleSet: 'nelson' })) {
    found.set(index, [...(found.get(index) ?? []), rule]);
  }
  const expected = [...found].map(([index, rules]) => `${index} ${rules.join(' ')}\n`).join('');
  const stored = await readFile(join(directory, 'verdicts'), 'utf8');
  process.stdout.write(`${points} points, ${kills} kills, ${found.size} points that signal\n`);
  expect(kills).toBeGreaterThan(5);
  expect(found.size).toBeGreaterThan(1000);
  expect(stored === expected).toBe(true);
});

/** How many points a process has judged by now. */
function judged(directory: string): number {
  const file = join(directory, 'state.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { next: number }).next : 0;
}
