import * as encoding from 'lib0/encoding';
import type { Part } from './log.ts';
import type { Peer, Person } from './peer.ts';

/** What a peer is told once its updates are durable; `reach` are the clocks that they extended. */
export type Acknowledgement = { count: number; reach: ReadonlyMap<number, number> };

/** Updates that become durable together, and all that may only be said then. */
export class Batch {
  readonly parts: Part[] = [];
  bytes = 0;
  /** Who wrote last. */
  by: Person;
  readonly #said: (() => void)[] = [];
  readonly #acknowledgements = new Map<Peer, Acknowledgement>();
  #watch: PromiseWithResolvers<void> | null = null;

  constructor(by: Person) {
    this.by = by;
  }

  add(by: Person, update: Uint8Array): void {
    this.parts.push({ personId: by.id, sessionId: by.sessionId, update });
    this.bytes += update.length;
    this.by = by;
  }

  /** Says something when this, and so all that was added before, is durable; never if it does not get there. */
  whenDurable(say: () => void): void {
    this.#said.push(say);
  }

  acknowledge(peer: Peer, { count, reach }: Acknowledgement): void {
    const before = this.#acknowledgements.get(peer)?.reach ?? [];
    this.#acknowledgements.set(peer, { count, reach: new Map([...before, ...reach]) });
  }

  /** Resolves when this is durable. @throws where it could not be written. */
  async durable(): Promise<void> {
    this.#watch ??= Promise.withResolvers();
    await this.#watch.promise;
  }

  release(acknowledge: (peer: Peer, acknowledgement: Acknowledgement) => void): void {
    for (const say of this.#said) say();
    for (const [peer, acknowledgement] of this.#acknowledgements) acknowledge(peer, acknowledgement);
    this.#watch?.resolve();
  }

  fail(cause: unknown): void {
    this.#watch?.reject(cause);
  }
}

/** Yjs' encoding of a state vector. */
export function encodeReach(reach: ReadonlyMap<number, number>): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, reach.size);
  for (const [client, clock] of reach) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
  }
  return encoding.toUint8Array(encoder);
}
