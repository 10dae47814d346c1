import type { Clock } from '../../platform/clock.ts';
import { decodeStates, encodeStates, gone, signed, type State } from './awareness-states.ts';
import { maxKnownClients } from './limits.ts';
import type { People, Presence } from './sibling-messages.ts';
import type { Peer } from './peer.ts';

type Owner = { personId: string; clock: number };
/** Somebody whose connection another process has; `state` has the clock that we tell. */
type Elsewhere = { process: string; said: Presence; state: State };
/** What the people here are told, and what the other processes are. */
type News = { others: Uint8Array; announced: Presence };

type Parts = {
  clock: Clock;
  /** Who has written with a client id, if anybody has. */
  writerOf: (client: number) => string | undefined;
};

/**
 * Who is in a room and where their cursors are. A peer speaks for one client id, which nobody else may use while the
 * room is open, and under the name and colour of its session.
 *
 * What others get carries a clock of the server's own, so that they take the state of a tab that comes back, and nobody
 * can stop another's by a huge one.
 */
export class Awareness {
  readonly #parts: Parts;
  readonly #present = new Map<Peer, State>();
  /** By client id. */
  readonly #elsewhere = new Map<number, Elsewhere>();
  /** Whose client ids are, also after they left: stock clients repeat the states of others, late ones too. */
  readonly #owners = new Map<number, Owner>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whose a client id is, by what was written with it or by who appeared with it. */
  ownerOf(client: number): string | undefined {
    return this.#parts.writerOf(client) ?? this.#owners.get(client)?.personId;
  }

  /**
   * Takes what a peer says, and returns what to tell the others and the peer itself: null where it only spoke of
   * others. Its echo has its own clock and changes nothing there; it shows that the connection lives.
   * @throws where the bytes are malformed or the state is too large.
   */
  receive(peer: Peer, update: Uint8Array): (News & { echo: Uint8Array }) | null {
    const said = decodeStates(update).find(({ client }) => this.#mayUse(peer, client));
    if (!said) return null;
    const own = { ...said, state: signed(said.state, peer.person) };
    this.#forget(own.client);
    return { ...this.#appear(peer, own), echo: encodeStates([own]) };
  }

  /** Forgets a peer; returns whom to tell what, if it was seen. */
  leave(peer: Peer): News | null {
    const last = this.#present.get(peer);
    if (!last || last.state === gone) {
      this.#present.delete(peer);
      return null;
    }
    const news = this.#appear(peer, { ...last, state: gone });
    this.#present.delete(peer);
    return news;
  }

  /** Everybody's state, for somebody who asks or has just come; null where nobody has one. */
  everybody(): Uint8Array | null {
    const elsewhere = [...this.#elsewhere.values()].map(({ state }) => state);
    const present = [...this.#present.values(), ...elsewhere].filter(({ state }) => state !== gone);
    return present.length > 0 ? encodeStates(present) : null;
  }

  /** Those whose connection this process has. */
  present(): Presence[] {
    return [...this.#present]
      .map(([peer, state]) => ({ ...state, personId: peer.person.id }))
      .filter(({ state }) => state !== gone);
  }

  /** Takes what another process says of its people; returns what to tell ours. */
  meet(process: string, { people, all }: People): Uint8Array | null {
    const news: State[] = [];
    for (const said of people) if (this.#isNews(process, said)) news.push(this.#place(process, said));
    if (all) {
      const here = new Set(people.map(({ client }) => client));
      news.push(...this.#lose((known) => known.process === process && !here.has(known.said.client)));
    }
    return news.length > 0 ? encodeStates(news) : null;
  }

  /** Forgets the people of some processes; returns what to tell ours. */
  lose(isLost: (process: string) => boolean): Uint8Array | null {
    const lost = this.#lose(({ process }) => isLost(process));
    return lost.length > 0 ? encodeStates(lost) : null;
  }

  /** A tab that lost its connection may be back on a new one before the old one is noticed to be dead. */
  #mayUse(peer: Peer, client: number): boolean {
    const bound = this.#present.get(peer);
    if (bound) return bound.client === client;
    return (this.ownerOf(client) ?? peer.person.id) === peer.person.id;
  }

  #appear(peer: Peer, { client, state }: State): News {
    const personId = peer.person.id;
    const told = { client, state, clock: this.#tick(client, personId) };
    this.#present.set(peer, told);
    return { others: encodeStates([told]), announced: { ...told, personId } };
  }

  /** Whether another process knows more of a client id than we do. Its owner can only have moved from one to the other. */
  #isNews(process: string, { client, clock, personId, state }: Presence): boolean {
    if ((this.ownerOf(client) ?? personId) !== personId) return false;
    const known = this.#elsewhere.get(client);
    if (known?.process === process) return clock > known.said.clock;
    const here = [...this.#present.values()].find((one) => one.client === client && one.state !== gone);
    return state !== gone && clock > Math.max(known?.said.clock ?? 0, here?.clock ?? 0);
  }

  #place(process: string, said: Presence): State {
    const { client, clock, personId, state } = said;
    this.#forget(client);
    const told = { client, state, clock: this.#tick(client, personId, clock) };
    if (state !== gone) this.#elsewhere.set(client, { process, said, state: told });
    return told;
  }

  #lose(isLost: (known: Elsewhere) => boolean): State[] {
    const lost = [...this.#elsewhere.values()].filter(isLost);
    return lost.map(({ said: { client, personId } }) => {
      this.#elsewhere.delete(client);
      return { client, state: gone, clock: this.#tick(client, personId) };
    });
  }

  /** Whoever spoke for a client id speaks for it no more. */
  #forget(client: number): void {
    this.#elsewhere.delete(client);
    for (const [peer, state] of this.#present) if (state.client === client) this.#present.delete(peer);
  }

  /** The next clock of a client id: never one that was told before, not even by another process or one before this. */
  #tick(client: number, personId: string, heard = 0): number {
    const last = Math.max(heard - 1, this.#owners.get(client)?.clock ?? 0);
    const clock = Math.max(this.#parts.clock().getTime(), last + 1);
    this.#owners.delete(client);
    this.#owners.set(client, { personId, clock });
    if (this.#owners.size > maxKnownClients) this.#forgetOldest();
    return clock;
  }

  #forgetOldest(): void {
    const present = new Set([...this.#present.values()].map(({ client }) => client));
    for (const client of this.#owners.keys()) {
      if (present.has(client) || this.#elsewhere.has(client)) continue;
      this.#owners.delete(client);
      return;
    }
  }
}
