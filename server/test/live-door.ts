import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Project } from '@cobench/shared/projects/project';
import { onTestFinished } from 'vitest';
import type { DomainEvent } from '../src/domain-events.ts';
import type { Actor } from '../src/platform/access.ts';
import { eventBus } from '../src/platform/event-bus.ts';
import { createLog } from '../src/platform/log.ts';
import { liveServer } from '../src/realtime/live/index.ts';
import type { Topics } from '../src/realtime/live/watch.ts';
import { LiveClient } from './live-client.ts';

/** Ann, a viewer of org-1, in the session of that name. */
export const anActor = (sessionId: string, over: Partial<Actor> = {}): Actor => ({
  personId: 'ann',
  name: 'Ann',
  orgId: 'org-1',
  hidden: new Set(),
  role: 'viewer',
  via: { kind: 'session', sessionId },
  ...over,
});

/** A project whose only trait is its id. */
export const aProjectOf = (id: string): Project => {
  const now = '2026-11-21T08:00:00.000Z';
  return {
    id,
    name: id,
    description: '',
    restricted: false,
    version: 0,
    createdAt: now,
    updatedAt: now,
    createdBy: 'ann',
  };
};

export type Sessions = Map<string, Actor | Error>;
type Options = { sessions?: Sessions; askAgainEvery?: number; redisUrl?: string; runs?: Topics['runs'] };

/** A live server whose sessions the test decides about: the cookie is the name of the session. */
export async function openDoor({ sessions = new Map() as Sessions, ...options }: Options = {}) {
  const events = eventBus<DomainEvent>();
  const http = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => void http.once('listening', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const nothing = async () => Promise.reject(new Error('not asked here'));
  const live = await liveServer({
    http,
    authenticate: async (req: IncomingMessage) => {
      const known = sessions.get(String(req.headers.cookie)) ?? null;
      if (known instanceof Error) throw known;
      return known;
    },
    viewOfScreen: async () => null,
    publicOrigin: origin,
    events,
    runs: { get: nothing, events: nothing },
    series: { get: nothing, pointsAfter: nothing },
    projects: { get: nothing },
    instruments: { get: nothing },
    log: createLog('silent'),
    ...options,
  });
  onTestFinished(async () => {
    await live.close();
    http.close();
  });

  /** A dashboard with that cookie, not connected yet. */
  function knock(cookie: string): LiveClient {
    const client = new LiveClient(origin, { cookie, origin });
    onTestFinished(() => client.close());
    return client;
  }

  /** The dashboard of somebody who has a session. */
  async function enter(cookie: string, as = anActor(cookie)): Promise<LiveClient> {
    sessions.set(cookie, as);
    return knock(cookie).connected();
  }

  return { sessions, events, knock, enter, load: () => live.load() };
}
