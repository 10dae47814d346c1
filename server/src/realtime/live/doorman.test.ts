import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LiveClient } from '../../../test/live-client.ts';
import type { DomainEvent } from '../../domain-events.ts';
import type { Actor } from '../../platform/access.ts';
import { eventBus } from '../../platform/event-bus.ts';
import { createLog } from '../../platform/log.ts';
import { liveServer } from './live-server.ts';

const org = 'org-1';
const actor = (sessionId: string, over: Partial<Actor> = {}): Actor => ({
  personId: 'ann',
  name: 'Ann',
  orgId: org,
  role: 'viewer',
  via: { kind: 'session', sessionId },
  ...over,
});
const never = async () => Promise.reject(new Error('not asked here'));

/** A live server whose sessions the test decides about; the cookie is the session. */
async function door(askAgainEvery = 30_000) {
  const sessions = new Map<string, Actor | Error>();
  const events = eventBus<DomainEvent>();
  const http = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => void http.once('listening', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const authenticate = async (req: IncomingMessage) => {
    const known = sessions.get(String(req.headers.cookie)) ?? null;
    if (known instanceof Error) throw known;
    return known;
  };
  const live = await liveServer({
    http,
    authenticate,
    publicOrigin: origin,
    events,
    runs: { get: never, events: never },
    series: { get: never, pointsAfter: never },
    log: createLog('silent'),
    askAgainEvery,
  });
  onTestFinished(async () => {
    await live.close();
    http.close();
  });

  function knock(cookie: string): LiveClient {
    const client = new LiveClient(origin, { cookie, origin });
    onTestFinished(() => client.close());
    return client;
  }
  async function enter(cookie: string, as = actor(cookie)): Promise<LiveClient> {
    sessions.set(cookie, as);
    return knock(cookie).connected();
  }
  return { sessions, events, knock, enter };
}
const gone = (client: LiveClient) => vi.waitUntil(() => !client.socket.connected, { timeout: 5000, interval: 5 });
const project = (id: string) =>
  ({ id, name: id, description: '', version: 0, createdAt: '', updatedAt: '', createdBy: '' }) as const;

test('a session that expires in silence ends its connections', async () => {
  const { sessions, enter } = await door(10);
  const [ann, ben] = await Promise.all([enter('a'), enter('b', actor('b', { personId: 'ben' }))]);
  sessions.delete('a');
  await gone(ann);
  expect(ann.news('session.ended')).toHaveLength(1);
  expect(ben.socket.connected).toBe(true);
});

test('all the tabs of a session end with it', async () => {
  const { events, enter } = await door();
  const tabs = await Promise.all([enter('a'), enter('a')]);
  await events.publish({ type: 'sessions.ended', sessionIds: ['a'] });
  await Promise.all(tabs.map(gone));
  expect(tabs.map((tab) => tab.news('session.ended').length)).toEqual([1, 1]);
});

test('who lost the membership is out at once; who only changed role stays', async () => {
  const { sessions, events, enter } = await door();
  const [ann, ben] = await Promise.all([enter('a'), enter('b', actor('b', { personId: 'ben' }))]);
  sessions.set('b', actor('b', { personId: 'ben', role: 'pi' }));
  await events.publish({ type: 'membership.changed', orgId: org, personId: 'ben' });
  sessions.delete('a');
  await events.publish({ type: 'membership.changed', orgId: org, personId: 'ann' });
  await gone(ann);
  expect(ann.news('session.ended')).toHaveLength(1);
  expect(ben.socket.connected).toBe(true);
});

test('who moves to another organisation comes back there and hears nothing of the first', async () => {
  const { sessions, events, enter } = await door();
  const ann = await enter('a');
  sessions.set('a', actor('a', { orgId: 'org-2' }));
  await events.publish({ type: 'membership.changed', orgId: org, personId: 'ann' });
  await gone(ann);
  expect(ann.news('session.ended')).toEqual([]);
  await ann.connected();
  await events.publish({ type: 'project.changed', orgId: org, project: project('old') });
  await events.publish({ type: 'project.changed', orgId: 'org-2', project: project('new') });
  const projects = await ann.until('project.changed', (told) => told.length > 0);
  expect(projects.map(({ id }) => id)).toEqual(['new']);
});

test('a session that ends while it is let in does not slip through', async () => {
  const { sessions, knock } = await door();
  const deleteAfterOneLook = vi.spyOn(sessions, 'get').mockImplementationOnce((cookie) => {
    deleteAfterOneLook.mockRestore();
    return actor(cookie);
  });
  const ann = knock('a');
  ann.socket.connect();
  expect(await ann.until('session.ended', (told) => told.length > 0)).toHaveLength(1);
  await gone(ann);
});

test('while nobody can say who is signed in, connections stay and new ones wait', async () => {
  const { sessions, events, knock, enter } = await door();
  const ann = await enter('a');
  sessions.set('a', new Error('the store does not answer'));
  await events.publish({ type: 'membership.changed', orgId: org, personId: 'ann' });
  expect(ann.socket.connected).toBe(true);
  sessions.set('b', new Error('the store does not answer'));
  await expect(knock('b').connected()).rejects.toThrow('service.unavailable');
});
