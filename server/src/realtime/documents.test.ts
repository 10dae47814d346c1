import { closeCode } from '@cobench/shared/realtime/collab';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anEntry, until } from '../../test/collab/collab-house.ts';
import { Ether } from '../../test/collab/ether.ts';
import { MemoryFollowed } from '../../test/collab/memory-followed.ts';
import { MemoryLog } from '../../test/collab/memory-log.ts';
import { anActor } from '../../test/live-door.ts';
import type { DomainEvent } from '../domain-events.ts';
import type { Actor } from '../platform/access.ts';
import { systemClock } from '../platform/clock.ts';
import { eventBus } from '../platform/event-bus.ts';
import { createLog } from '../platform/log.ts';
import type { CollabServer } from './collab/collab-server.ts';
import type { Wire } from './collab/connection.ts';
import { ProcessFanOut } from './collab/fan-out.ts';
import { unmetered } from './collab/meters.ts';
import { openDocuments } from './documents.ts';

let ether: Ether;
let log: MemoryLog;
/** What the store says, to all processes: who is signed in, and what is there. */
let sessions: Map<string, Actor>;
let entries: Set<string>;
/** The sessions of each question about who somebody is. */
let asked: string[][];
let opened: CollabServer[];

beforeEach(() => {
  [ether, log, sessions, entries, asked, opened] = [new Ether(), new MemoryLog(), new Map(), new Set(), [], []];
});
afterEach(async () => {
  await Promise.all(opened.map((collab) => collab.close()));
});

function aProcess(self: string) {
  const events = eventBus<DomainEvent>();
  const radio = ether.join();
  const collab = openDocuments({
    log,
    followed: new MemoryFollowed(),
    events,
    clock: systemClock,
    logger: createLog('silent'),
    fanOut: new ProcessFanOut({ channels: radio, self, clock: systemClock }),
    meters: unmetered,
    owners: () => ({
      async actorsOf(orgId, sessionIds) {
        asked.push([orgId, ...sessionIds]);
        return sessions;
      },
      namesOf: async () => new Map(),
      entries: {
        visibleAmong: async (_, ids) => new Set(ids.filter((id) => entries.has(id))),
        project: async () => undefined,
      },
      runs: { visibleAmong: async (_, ids) => new Set(ids) },
      trail: { refused: () => undefined },
    }),
  });
  opened.push(collab);
  return { collab, events, radio };
}

/** Somebody opens an entry, and says nothing. Resolves when they are in; `closed` is why they had to go. */
async function enter(collab: CollabServer, person: string) {
  const document = anEntry();
  const actor = anActor(person);
  entries.add(document.id);
  sessions.set(`session-of-${person}`, { ...actor, orgId: document.orgId });
  const state: { heard: number; closed: number | null } = { heard: 0, closed: null };
  const wire: Wire = {
    send: () => void state.heard++,
    close: (code) => void (state.closed = code),
    unsentBytes: () => 0,
    pause: () => undefined,
    resume: () => undefined,
  };
  const as = { id: actor.personId, name: person, sessionId: `session-of-${person}`, orgId: document.orgId };
  collab.enter('ws', wire, { admitted: true, person: as, document });
  await until(() => state.heard > 0);
  return Object.assign(state, { document, person: as });
}

const arrive = (): Promise<void> => until(() => !ether.settle());

test('[RT11] what changes in one process is asked about at once in the others, also for those who say nothing', async () => {
  const [one, other] = [aProcess('one'), aProcess('other')];
  const ada = await enter(other.collab, 'ada');
  const ben = await enter(other.collab, 'ben');
  const eve = await enter(other.collab, 'eve');
  await arrive();

  sessions.delete(ada.person.sessionId);
  await one.events.publish({ type: 'sessions.ended', sessionIds: [ada.person.sessionId] });
  await arrive();
  await until(() => ada.closed === closeCode.signedOut);

  sessions.delete(ben.person.sessionId);
  await one.events.publish({ type: 'membership.changed', orgId: 'org-1', personId: ben.person.id });
  await arrive();
  await until(() => ben.closed === closeCode.signedOut);

  entries.delete(eve.document.id);
  await one.events.publish({ type: 'entry.deleted', orgId: 'org-1', projectId: 'p', id: eve.document.id });
  await arrive();
  await until(() => eve.closed === closeCode.missing);
  expect([ada.closed, ben.closed]).toEqual([closeCode.signedOut, closeCode.signedOut]);
});

test('[RT11] who people are is one question for all who are being asked about in an organisation', async () => {
  const { collab } = aProcess('one');
  await enter(collab, 'ada');
  await enter(collab, 'ben');
  expect(asked).toEqual([
    ['org-1', 'session-of-ada'],
    ['org-1', 'session-of-ben', 'session-of-ada'],
  ]);
});

test('[RT11] a deleted project is asked about everywhere in its organisation; who is not concerned stays', async () => {
  const [one, other] = [aProcess('one'), aProcess('other')];
  const [ada, ben] = [await enter(other.collab, 'ada'), await enter(other.collab, 'ben')];
  await arrive();
  entries.delete(ada.document.id);
  await one.events.publish({ type: 'project.deleted', orgId: 'org-2', id: 'project-1' });
  await arrive();
  expect(ada.closed).toBeNull();
  await one.events.publish({ type: 'project.deleted', orgId: 'org-1', id: 'project-1' });
  await arrive();
  await until(() => ada.closed === closeCode.missing);
  expect(ben.closed).toBeNull();
});

test('[RT11] when other people see a project, every process asks; who sees it stays', async () => {
  const [one, other] = [aProcess('one'), aProcess('other')];
  const [ada, ben] = [await enter(other.collab, 'ada'), await enter(other.collab, 'ben')];
  await arrive();
  entries.delete(ada.document.id);
  await one.events.publish({ type: 'access.changed', orgId: 'org-1', projectId: 'project-1', people: ['ben'] });
  await arrive();
  await until(() => ada.closed === closeCode.missing);
  expect(ben.closed).toBeNull();
});

test('[RT11] a deleted project is asked about when what is in it is hidden, not before', async () => {
  const { collab, events } = aProcess('one');
  const ada = await enter(collab, 'ada');
  events.on('project.deleted', async () => {
    await collab.recheck(() => true);
    entries.delete(ada.document.id);
  });
  await events.publish({ type: 'project.deleted', orgId: 'org-1', id: 'project-1' });
  expect(ada.closed).toBe(closeCode.missing);
});

test('[RT75] what may have changed while the other processes were not heard is asked about when they are again', async () => {
  const other = aProcess('other');
  const ada = await enter(other.collab, 'ada');
  await arrive();
  other.radio.goDeaf();
  sessions.delete(ada.person.sessionId);
  ether.comeBack();
  await arrive();
  await until(() => ada.closed !== null);
  expect(ada.closed).toBe(closeCode.signedOut);
});
