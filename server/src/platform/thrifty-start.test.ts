import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

const program = `
import { beginThrifty } from ${JSON.stringify(new URL('thrifty-start.ts', import.meta.url).href)};
beginThrifty();
const { MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_ } = process.env;
const v8 = process.execArgv.filter((option) => option.startsWith('--max-semi'));
console.log(JSON.stringify({ pid: process.pid, said: process.argv.slice(1), v8, MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_ }));
`;

type Begun = { environment?: Record<string, string>; options?: string[] };

/** Runs the program; resolves with its number and what it says. */
async function begun({ environment = {}, options = [] }: Begun): Promise<{ pid: number | undefined; told: unknown }> {
  const env = { PATH: String(process.env['PATH']), ...environment };
  const child = spawn(process.execPath, [...options, '--input-type=module', '--eval', program, 'a word'], { env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return { pid: child.pid, told: JSON.parse(said) };
}

const said = ['a word'];
const thrifty = {
  v8: ['--max-semi-space-size=8'],
  malloc: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '16384' },
};

test.skipIf(process.platform !== 'linux')(
  'a program begins anew with its arguments, as the same process, and says nothing of it',
  async () => {
    const { pid, told } = await begun({});
    expect(told).toEqual({ pid, said, v8: thrifty.v8, ...thrifty.malloc });
  },
);

test.skipIf(process.platform !== 'linux')('what somebody has told malloc stands', async () => {
  const { pid, told } = await begun({ environment: { MALLOC_ARENA_MAX: '8' } });
  expect(told).toEqual({ pid, said, v8: thrifty.v8, MALLOC_ARENA_MAX: '8' });
});

test.skipIf(process.platform !== 'linux').each<[string, Begun, string[]]>([
  ['as an option', { options: ['--max-semi-space-size=32'] }, ['--max-semi-space-size=32']],
  ['in the environment', { environment: { NODE_OPTIONS: '--max-semi-space-size=32' } }, []],
])('what somebody has told V8 stands, %s', async (_where, given, v8) => {
  const { pid, told } = await begun(given);
  expect(told).toEqual({ pid, said, v8, ...thrifty.malloc });
});

test('who has told both is left alone', async () => {
  const { pid, told } = await begun({
    environment: { MALLOC_ARENA_MAX: '8', NODE_OPTIONS: '--max-semi-space-size=32' },
  });
  expect(told).toEqual({ pid, said, v8: [], MALLOC_ARENA_MAX: '8' });
});
