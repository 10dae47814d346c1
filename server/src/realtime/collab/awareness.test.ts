import { beforeEach, expect, test } from 'vitest';
import { aPerson } from '../../../test/collab/link.ts';
import { decodeStates, encodeStates, type State } from './awareness-states.ts';
import { Awareness } from './awareness.ts';
import type { Presence } from './sibling-messages.ts';
import type { Peer, Person } from './peer.ts';

let now: number;
let here: Awareness;
let there: Awareness;
beforeEach(() => {
  now = Date.UTC(2026, 10, 21);
  [here, there] = [anAwareness(), anAwareness()];
});

const ada = aPerson({ id: 'ada' });
const eve = aPerson({ id: 'eve' });

const anAwareness = (writers: Record<number, string> = {}, skew = 0) =>
  new Awareness({ clock: () => new Date(now + skew), writerOf: (client) => writers[client] });

const aPeer = (person: Person): Peer => ({
  id: person.sessionId,
  person,
  send: () => undefined,
  close: () => undefined,
  canWrite: () => true,
  isSlow: () => false,
});

/** A peer points somewhere, a moment after whatever came before. */
function point(at: Awareness, peer: Peer, client: number, cursor: number | null = 1) {
  now += 10;
  return at.receive(
    peer,
    encodeStates([{ client, clock: 1, state: JSON.stringify(cursor === null ? null : { cursor }) }]),
  );
}

const statesIn = (update: Uint8Array | null): State[] => (update ? decodeStates(update) : []);
const clientsOf = (at: Awareness): number[] => statesIn(at.everybody()).map(({ client }) => client);
const some = (...people: (Presence | undefined)[]) => ({
  people: people.filter((one) => one !== undefined),
  all: false,
});

test('[RT76] somebody in another process is seen, moves and leaves', () => {
  const peer = aPeer(ada);
  expect(statesIn(here.meet('there', some(point(there, peer, 7)?.announced)))).toMatchObject([{ client: 7 }]);
  expect(statesIn(here.everybody())[0]?.state).toContain('"id":"ada"');
  const [moved] = statesIn(here.meet('there', some(point(there, peer, 7, 2)?.announced)));
  expect(moved?.state).toContain('"cursor":2');
  const [left] = statesIn(here.meet('there', some(there.leave(peer)?.announced)));
  expect(left).toMatchObject({ client: 7, state: 'null' });
  expect(left?.clock).toBeGreaterThan(moved?.clock ?? Infinity);
  expect(here.everybody()).toBeNull();
});

test('[RT76] what comes twice or late is no news', () => {
  const peer = aPeer(ada);
  const [first, second] = [point(there, peer, 7), point(there, peer, 7, 2)];
  here.meet('there', some(second?.announced));
  expect(here.meet('there', some(second?.announced))).toBeNull();
  expect(here.meet('there', some(first?.announced))).toBeNull();
  expect(statesIn(here.everybody())[0]?.state).toContain('"cursor":2');
});

test('[RT18] a client id is its owner’s in all processes: by where they appeared, and by what they wrote', () => {
  here.meet('there', some(point(there, aPeer(ada), 7)?.announced));
  expect(here.ownerOf(7)).toBe('ada');
  expect(point(here, aPeer(eve), 7)).toBeNull();
  expect(here.meet('elsewhere', some({ client: 7, clock: now + 99, personId: 'eve', state: '{}' }))).toBeNull();
  const written = anAwareness({ 8: 'ada' });
  expect(point(written, aPeer(eve), 8)).toBeNull();
  expect(written.meet('there', some({ client: 8, clock: now, personId: 'eve', state: '{}' }))).toBeNull();
  expect(point(written, aPeer(ada), 8)).not.toBeNull();
});

test('[RT20] a tab that moves to another process is there once, whenever its old connection is given up', () => {
  const [old, moved] = [aPeer(ada), aPeer(ada)];
  there.meet('here', some(point(here, old, 7)?.announced));
  here.meet('there', some(point(there, moved, 7, 2)?.announced));
  expect([clientsOf(here), clientsOf(there)]).toEqual([[7], [7]]);
  expect([here.present(), there.present().length]).toEqual([[], 1]);
  expect(here.leave(old)).toBeNull();
  expect(clientsOf(here)).toEqual([7]);
});

test('[RT20] the end of an old connection, told late, takes nobody away', () => {
  const [old, moved] = [aPeer(ada), aPeer(ada)];
  there.meet('here', some(point(here, old, 7)?.announced));
  const back = point(there, moved, 7, 2);
  now += 10;
  const left = here.leave(old);
  expect(there.meet('here', some(left?.announced))).toBeNull();
  expect(clientsOf(there)).toEqual([7]);
  expect(statesIn(here.meet('there', some(back?.announced)))[0]?.state).toContain('"cursor":2');
});

test('[RT20] where a tab was before, told late, takes it from nowhere', () => {
  const before = point(there, aPeer(ada), 7);
  point(here, aPeer(ada), 7, 2);
  expect(here.meet('there', some(before?.announced))).toBeNull();
  expect(here.present()).toHaveLength(1);
});

test('[RT20] a process whose clock is behind is believed all the same, and what we tell never goes back', () => {
  const late = anAwareness({}, -60_000);
  const peer = aPeer(ada);
  const [seen] = statesIn(point(here, aPeer(ada), 7)?.others ?? null);
  const [told] = statesIn(late.meet('here', { people: here.present(), all: true }));
  expect(told?.clock).toBeGreaterThanOrEqual(seen?.clock ?? Infinity);
  const back = point(late, peer, 7, 2);
  expect(statesIn(back?.others ?? null)[0]?.clock).toBeGreaterThan(told?.clock ?? Infinity);
});

test('[RT76] all of a process are those it names, and none when it is lost', () => {
  here.meet('there', some(point(there, aPeer(ada), 7)?.announced, point(there, aPeer(eve), 8)?.announced));
  here.meet('elsewhere', some({ client: 9, clock: now, personId: 'ben', state: '{}' }));
  const [first] = there.present();
  expect(statesIn(here.meet('there', { people: first ? [first] : [], all: true }))).toMatchObject([
    { client: 8, state: 'null' },
  ]);
  expect(clientsOf(here)).toEqual([7, 9]);
  expect(statesIn(here.lose((process) => process === 'there'))).toMatchObject([{ client: 7, state: 'null' }]);
  expect(clientsOf(here)).toEqual([9]);
  // It was only not heard for a while.
  expect(statesIn(here.meet('there', { people: there.present(), all: true })).map(({ client }) => client)).toEqual([
    7, 8,
  ]);
});
