import { closeCode } from '@cobench/shared/realtime/collab';
import { personColour } from '@cobench/shared/realtime/person-colour';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Clock } from '../../platform/clock.ts';
import { maxAwarenessBytes, maxKnownClients } from './limits.ts';
import { Refused } from './messages.ts';
import type { Peer, Person } from './peer.ts';

/** A state as it goes over the wire: JSON, `null` for somebody who is gone. */
type Entry = { client: number; clock: number; state: string };
type Owner = { personId: string; clock: number };

/**
 * Who is in a room and where their cursors are. A peer speaks for one client id, which nobody else may use while the
 * room is open, and under the name and colour of its session.
 *
 * What others get carries a clock of the server's own, so that they take the state of a tab that comes back, and nobody
 * can stop another's by a huge one.
 */
export class Awareness {
  readonly #clock: Clock;
  readonly #present = new Map<Peer, Entry>();
  /** Whose client ids are, also after they left: stock clients repeat the states of others, late ones too. */
  readonly #owners = new Map<number, Owner>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Takes what a peer says, and returns what to tell the others and the peer itself: null where it only spoke of
   * others. Its echo has its own clock and changes nothing there; it shows that the connection lives.
   * @throws where the bytes are malformed or the state is too large.
   */
  receive(peer: Peer, update: Uint8Array): { others: Uint8Array; echo: Uint8Array } | null {
    const said = readEntries(update).find(({ client }) => this.#mayUse(peer, client));
    if (!said) return null;
    const own = { ...said, state: signed(said.state, peer.person) };
    const presence = { ...own, clock: this.#tick(own.client, peer.person) };
    for (const [other, { client }] of this.#present) if (client === own.client) this.#present.delete(other);
    this.#present.set(peer, presence);
    return { others: encodeEntries([presence]), echo: encodeEntries([own]) };
  }

  /** Forgets a peer; returns what to tell the others, if they saw it. */
  leave(peer: Peer): Uint8Array | null {
    const presence = this.#present.get(peer);
    this.#present.delete(peer);
    if (!presence || presence.state === gone) return null;
    const { client } = presence;
    return encodeEntries([{ client, clock: this.#tick(client, peer.person), state: gone }]);
  }

  /** Everybody's state, for somebody who asks or has just come; null where nobody has one. */
  everybody(): Uint8Array | null {
    const present = [...this.#present.values()].filter(({ state }) => state !== gone);
    return present.length > 0 ? encodeEntries(present) : null;
  }

  /** A tab that lost its connection may be back on a new one before the old one is noticed to be dead. */
  #mayUse(peer: Peer, client: number): boolean {
    const bound = this.#present.get(peer);
    if (bound) return bound.client === client;
    const owner = this.#owners.get(client);
    return owner === undefined || owner.personId === peer.person.id;
  }

  /** The next clock of a client id: never one that was told before, not even by a process that ran before this one. */
  #tick(client: number, { id: personId }: Person): number {
    const clock = Math.max(this.#clock().getTime(), (this.#owners.get(client)?.clock ?? 0) + 1);
    this.#owners.delete(client);
    this.#owners.set(client, { personId, clock });
    if (this.#owners.size > maxKnownClients) this.#forgetOldest();
    return clock;
  }

  #forgetOldest(): void {
    const present = new Set([...this.#present.values()].map(({ client }) => client));
    for (const client of this.#owners.keys()) {
      if (!present.has(client)) return void this.#owners.delete(client);
    }
  }
}

const gone = 'null';
/** Stock clients repeat the states of everybody they see. */
const maxStates = 200;

/** The state under the name of its session, whatever the client wrote there. */
function signed(json: string, { id, name }: Person): string {
  if (Buffer.byteLength(json) > maxAwarenessBytes) throw new Refused(closeCode.malformed, 'awareness state too large');
  const state: unknown = JSON.parse(json);
  if (state === null) return gone;
  if (typeof state !== 'object' || Array.isArray(state)) throw new Error('An awareness state is an object or null.');
  return JSON.stringify({ ...state, user: { id, name, color: personColour(id) } });
}

function readEntries(update: Uint8Array): Entry[] {
  if (update.length > maxStates * maxAwarenessBytes) throw new Refused(closeCode.malformed, 'too many states');
  const decoder = decoding.createDecoder(update);
  const entries: Entry[] = [];
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    entries.push({ client, clock, state: decoding.readVarString(decoder) });
  }
  if (decoding.hasContent(decoder)) throw new Error('Bytes follow the awareness states.');
  return entries;
}

function encodeEntries(entries: readonly Entry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}
