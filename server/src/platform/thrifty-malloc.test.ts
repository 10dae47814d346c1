import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

const program = `
import { beginThrifty } from ${JSON.stringify(new URL('thrifty-malloc.ts', import.meta.url).href)};
beginThrifty();
const { MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_ } = process.env;
console.log(JSON.stringify({ pid: process.pid, said: process.argv.slice(1), MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_ }));
`;

/** Runs the program; resolves with its number and what it says. */
async function begun(environment: Record<string, string>): Promise<{ pid: number | undefined; told: unknown }> {
  const env = { PATH: String(process.env['PATH']), ...environment };
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, 'a word'], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return { pid: child.pid, told: JSON.parse(said) };
}

test.skipIf(process.platform !== 'linux')(
  'a program begins anew with its arguments, as the same process, and says nothing of it',
  async () => {
    const { pid, told } = await begun({});
    expect(told).toEqual({ pid, said: ['a word'], MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '16384' });
  },
);

test('what somebody has told malloc stands', async () => {
  const { pid, told } = await begun({ MALLOC_ARENA_MAX: '8' });
  expect(told).toEqual({ pid, said: ['a word'], MALLOC_ARENA_MAX: '8' });
});
