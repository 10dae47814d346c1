import { expect, test, vi } from 'vitest';
import { anActor, aProjectOf, openDoor } from '../../../test/live-door.ts';
import type { LiveClient } from '../../../test/live-client.ts';

const gone = (client: LiveClient) => vi.waitUntil(() => !client.socket.connected, { timeout: 5000, interval: 5 });
test('[LV2] a session that expires in silence ends its connections', async () => {
  const { sessions, enter } = await openDoor({ askAgainEvery: 10 });
  const [ann, ben] = await Promise.all([enter('a'), enter('b', anActor('b', { personId: 'ben' }))]);
  sessions.delete('a');
  await gone(ann);
  expect(ann.news('session.ended')).toHaveLength(1);
  expect(ben.socket.connected).toBe(true);
});

test('[LV2] all the tabs of a session end with it', async () => {
  const { events, enter } = await openDoor();
  const tabs = await Promise.all([enter('a'), enter('a')]);
  await events.publish({ type: 'sessions.ended', sessionIds: ['a'] });
  await Promise.all(tabs.map(gone));
  expect(tabs.map((tab) => tab.news('session.ended').length)).toEqual([1, 1]);
});

test('[LV3] who lost the membership is out at once; who only changed role stays', async () => {
  const { sessions, events, enter } = await openDoor();
  const [ann, ben] = await Promise.all([enter('a'), enter('b', anActor('b', { personId: 'ben' }))]);
  sessions.set('b', anActor('b', { personId: 'ben', role: 'pi' }));
  await events.publish({ type: 'membership.changed', orgId: 'org-1', personId: 'ben' });
  sessions.delete('a');
  await events.publish({ type: 'membership.changed', orgId: 'org-1', personId: 'ann' });
  await gone(ann);
  expect(ann.news('session.ended')).toHaveLength(1);
  expect(ben.socket.connected).toBe(true);
  expect(await ben.until('session.role', (told) => told.length > 1)).toEqual([{ role: 'viewer' }, { role: 'pi' }]);
});

test('[LV3] who moves to another organisation comes back there and hears nothing of the first', async () => {
  const { sessions, events, enter } = await openDoor();
  const ann = await enter('a');
  sessions.set('a', anActor('a', { orgId: 'org-2' }));
  await events.publish({ type: 'membership.changed', orgId: 'org-1', personId: 'ann' });
  await gone(ann);
  expect(ann.news('session.ended')).toEqual([]);
  await ann.connected();
  await events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('old') });
  await events.publish({ type: 'project.changed', orgId: 'org-2', project: aProjectOf('new') });
  const projects = await ann.until('project.changed', (told) => told.length > 0);
  expect(projects.map(({ id }) => id)).toEqual(['new']);
});

test('[LV18] an answer that was asked for before the change does not count', async () => {
  const { sessions, events, enter } = await openDoor({ askAgainEvery: 3_600_000 });
  const ann = await enter('a');
  await ann.until('session.role', (told) => told.length > 0);
  // Asked now, and answered when everything is over.
  const late = Promise.withResolvers<ReturnType<typeof anActor>>();
  const look = vi.spyOn(sessions, 'get').mockImplementationOnce(() => late.promise as never);
  const old = events.publish({ type: 'membership.changed', orgId: 'org-1', personId: 'ann' });
  await vi.waitUntil(() => look.mock.calls.length > 0, { interval: 5 });
  look.mockRestore();
  sessions.set('a', anActor('a', { hidden: new Set(['secret']) }));
  await events.publish({ type: 'access.changed', orgId: 'org-1', projectId: 'secret', people: [] });
  late.resolve(anActor('a'));
  await old;
  for (const id of ['secret', 'fence']) {
    await events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf(id) });
  }
  const told = await ann.until('project.changed', (projects) => projects.length > 0);
  expect(told.map(({ id }) => id)).toEqual(['fence']);
});

test('[LV18] while nobody can say who sees a project, only those are told of it who are named', async () => {
  const { sessions, events, enter } = await openDoor();
  const [ann, ben] = await Promise.all([enter('a'), enter('b', anActor('b', { personId: 'ben' }))]);
  for (const name of ['a', 'b']) sessions.set(name, new Error('the store does not answer'));
  await events.publish({ type: 'access.changed', orgId: 'org-1', projectId: 'secret', people: ['ann'] });
  for (const id of ['secret', 'fence']) {
    await events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf(id) });
  }
  const ids = async (client: LiveClient) =>
    (await client.until('project.changed', (told) => told.some(({ id }) => id === 'fence'))).map(({ id }) => id);
  expect([await ids(ann), await ids(ben)]).toEqual([['secret', 'fence'], ['fence']]);
});

test('[LV18] who comes in is told nothing of what they do not see, also where nobody can say so a second time', async () => {
  const { sessions, events, knock } = await openDoor();
  sessions.set('a', new Error('the store does not answer'));
  vi.spyOn(sessions, 'get').mockImplementationOnce((cookie) => anActor(cookie, { hidden: new Set(['secret']) }));
  const ann = await knock('a').connected();
  await ann.until('session.role', (told) => told.length > 0);
  for (const id of ['secret', 'fence']) {
    await events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf(id) });
  }
  const told = await ann.until('project.changed', (projects) => projects.length > 0);
  expect(told.map(({ id }) => id)).toEqual(['fence']);
});

test('[LV4] a session that ends while it is let in does not slip through', async () => {
  const { sessions, knock } = await openDoor();
  const deleteAfterOneLook = vi.spyOn(sessions, 'get').mockImplementationOnce((cookie) => {
    deleteAfterOneLook.mockRestore();
    return anActor(cookie);
  });
  const ann = knock('a');
  ann.socket.connect();
  expect(await ann.until('session.ended', (told) => told.length > 0)).toHaveLength(1);
  await gone(ann);
});

test('[LV5] while nobody can say who is signed in, connections stay and new ones wait', async () => {
  const { sessions, events, knock, enter } = await openDoor();
  const ann = await enter('a');
  sessions.set('a', new Error('the store does not answer'));
  await events.publish({ type: 'membership.changed', orgId: 'org-1', personId: 'ann' });
  expect(ann.socket.connected).toBe(true);
  sessions.set('b', new Error('the store does not answer'));
  await expect(knock('b').connected()).rejects.toThrow('service.unavailable');
});
