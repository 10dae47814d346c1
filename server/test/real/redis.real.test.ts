import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../harness.ts';
import { anActor, aProjectOf, openDoor, type Sessions } from '../live-door.ts';
import { startRedis } from './redis-server.ts';

let port: number;
let redis: ChildProcess;
beforeEach(async () => {
  port = await freePort();
  redis = await startRedis(port);
});
afterEach(async () => {
  redis.kill('SIGKILL');
});

/** Two processes of one installation, as far as sockets can tell. */
async function twoDoors() {
  const redisUrl = `redis://127.0.0.1:${port}`;
  const sessions: Sessions = new Map();
  const [one, other] = await Promise.all([openDoor({ sessions, redisUrl }), openDoor({ sessions, redisUrl })]);
  const [ann, ben] = await Promise.all([one.enter('a'), other.enter('b', anActor('b', { personId: 'ben' }))]);
  // Each process begins to read the common stream some moments after its start.
  await vi.waitUntil(
    async () => {
      await one.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('warm-up') });
      await other.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('warm-up') });
      return ann.news('project.changed').length > 1 && ben.news('project.changed').length > 1;
    },
    { timeout: 10_000, interval: 50 },
  );
  return { sessions, one, other, ann, ben };
}
const names = (client: Awaited<ReturnType<typeof twoDoors>>['ann']): string[] =>
  client.news('project.changed').flatMap(({ id }) => (id === 'warm-up' ? [] : [id]));

test('[LV16] what happens in one process reaches the people of both, in order and once', async () => {
  const { one, ann, ben } = await twoDoors();
  const expected = Array.from({ length: 100 }, (_, i) => `p${i}`);
  await Promise.all(
    expected.map((id) => one.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf(id) })),
  );
  await vi.waitUntil(() => names(ann).length >= 100 && names(ben).length >= 100, { timeout: 5000 });
  expect(names(ann)).toEqual(expected);
  expect(names(ben)).toEqual(expected);
});

test('[LV16] a session that ends in one process ends in the other too', async () => {
  const { one, ann, ben } = await twoDoors();
  await one.events.publish({ type: 'sessions.ended', sessionIds: ['b'] });
  await ben.until('session.ended', (told) => told.length === 1);
  expect(ann.socket.connected).toBe(true);
});

test('[LV16] a lost membership is judged in every process', async () => {
  const { sessions, one, ben } = await twoDoors();
  sessions.delete('b');
  await one.events.publish({ type: 'membership.changed', orgId: 'org-1', personId: 'ben' });
  expect(await ben.until('session.ended', (told) => told.length === 1)).toHaveLength(1);
});

test('[LV17] who does not see a project any more is told nothing of it by any process, from the first word on', async () => {
  const { sessions, one, other, ann, ben } = await twoDoors();
  sessions.set('b', anActor('b', { personId: 'ben', hidden: new Set(['secret']) }));
  for (const person of [ann, ben]) person.told.length = 0;
  await one.events.publish({ type: 'access.changed', orgId: 'org-1', projectId: 'secret', people: ['ann'] });
  await one.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('secret') });
  expect(await ben.until('session.projects', (told) => told.length > 0)).toEqual([{ lost: ['secret'] }]);
  for (const { events } of [one, other]) {
    await events.publish({ type: 'project.deleted', orgId: 'org-1', id: 'secret' });
    await events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('fence') });
  }
  for (const person of [ann, ben]) await person.until('project.changed', (told) => told.length > 1);
  await ann.until('project.deleted', (told) => told.length === 2);
  expect([names(ann).includes('secret'), names(ben), ben.news('project.deleted')]).toEqual([
    true,
    ['fence', 'fence'],
    [],
  ]);
  // Back again, and told by the process that they are not connected to.
  sessions.set('b', anActor('b', { personId: 'ben' }));
  await one.events.publish({ type: 'access.changed', orgId: 'org-1', projectId: 'secret', people: null });
  await ben.until('session.projects', (told) => told.length > 1);
  await one.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('secret') });
  await ben.until('project.changed', (told) => told.some(({ id }) => id === 'secret'));
});

test('[LV16] without Redis each process tells its own people; when it is back, both hear of both', async () => {
  const { one, ann, ben } = await twoDoors();
  redis.kill('SIGKILL');
  await once(redis, 'exit');
  await one.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('alone') });
  await vi.waitUntil(() => names(ann).includes('alone'), { timeout: 5000 });

  redis = await startRedis(port);
  await vi.waitUntil(
    async () => {
      await one.events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('together') });
      return names(ben).includes('together');
    },
    { timeout: 15_000, interval: 100 },
  );
  expect(names(ben)).not.toContain('alone');
});

test('where Redis does not answer at the start, the start fails', async () => {
  const nowhere = await freePort();
  await expect(openDoor({ redisUrl: `redis://127.0.0.1:${nowhere}` })).rejects.toThrow('ECONNREFUSED');
});
