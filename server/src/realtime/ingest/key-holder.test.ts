import { expect, test, vi } from 'vitest';
import { anActor } from '../../../test/live-door.ts';
import type { Actor } from '../../platform/access.ts';
import { KeyHolder } from './key-holder.ts';

/** A holder of a key whose rights the test decides about, and whose time it sets. */
function aHolder() {
  const world = { now: 0, answer: async (): Promise<Actor | null> => machine };
  const actorOf = vi.fn<(secret: string) => Promise<Actor | null>>(() => world.answer());
  const line = { close: vi.fn<(code: number, reason: string) => void>() };
  const holder = new KeyHolder<typeof line>('secret', { actorOf, clock: () => new Date(world.now) });
  holder.lines.add(line);
  return { world, actorOf, line, holder };
}
const machine = anActor('', { role: 'technician', via: { kind: 'key', keyId: 'k', actions: ['run.ingest'] } });

test('[IN11] one question serves all messages of two seconds, and then it is asked again', async () => {
  const { world, actorOf, holder } = aHolder();
  const verdicts = await Promise.all([holder.verdict(), holder.verdict(), holder.verdict()]);
  expect(verdicts).toEqual(verdicts.map(() => ({ allowed: true, actor: machine })));
  world.now = 1999;
  await holder.verdict();
  expect(actorOf).toHaveBeenCalledTimes(1);
  world.now = 2000;
  await holder.verdict();
  expect(actorOf).toHaveBeenCalledTimes(2);
});

test.each([
  ['a key that is over', null, 4401],
  ['a session', anActor('s'), 4401],
  ['a key for other things', anActor('', { via: { kind: 'key', keyId: 'k', actions: ['run.read'] } }), 4403],
  ['a key whose owner is a viewer now', { ...machine, role: 'viewer' as const }, 4403],
])('[IN11] %s may not, and all its sockets are told', async (_what, actor, code) => {
  const { world, line, holder } = aHolder();
  await holder.verdict();
  expect(line.close).not.toHaveBeenCalled();
  world.answer = async () => actor;
  expect(await holder.ask()).toMatchObject({ allowed: false, code });
  expect(line.close).toHaveBeenCalledWith(code, expect.any(String));
});

test('[IN11] while nobody can say who holds a key, what is older than two seconds is not used', async () => {
  const { world, line, holder } = aHolder();
  await holder.verdict();
  world.answer = async () => Promise.reject(new Error('The store is away.'));
  world.now = 1000;
  await expect(holder.verdict()).resolves.toMatchObject({ allowed: true });
  world.now = 2000;
  await expect(holder.verdict()).rejects.toThrow('The store is away.');
  expect(line.close).not.toHaveBeenCalled();
});

test('[IN11] a clock that was set back is no reason to trust an old answer', async () => {
  const { world, actorOf, holder } = aHolder();
  world.now = 10_000;
  await holder.verdict();
  world.now = 5000;
  await holder.verdict();
  expect(actorOf).toHaveBeenCalledTimes(2);
});
