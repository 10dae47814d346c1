import * as encoding from 'lib0/encoding';
import type { Part } from './log.ts';
import type { Member } from './member.ts';
import type { Writer } from './peer.ts';

/** What a member is told once its updates are durable; `reach` are the clocks that they extended. */
type Acknowledgement = { count: number; reach: Map<number, number> };

/** Updates of a document that become durable together, and all that may only be said then. */
export class Batch {
  readonly parts: Part[] = [];
  /** Who sent each part; null for the server itself. */
  readonly from: (Member | null)[] = [];
  bytes = 0;
  /** Who wrote last. */
  by: Writer;
  readonly acknowledgements = new Map<Member, Acknowledgement>();
  #said: (() => void)[] | null = null;
  #watch: PromiseWithResolvers<void> | null = null;

  constructor(by: Writer) {
    this.by = by;
  }

  add(by: Writer, update: Uint8Array, from: Member | null): void {
    this.parts.push({ personId: by.id, sessionId: by.sessionId, update });
    this.from.push(from);
    this.bytes += update.length;
    this.by = by;
  }

  /** Says something when this, and so all that was added before, is durable; never if it does not get there. */
  whenDurable(say: () => void): void {
    this.#said ??= [];
    this.#said.push(say);
  }

  acknowledge(member: Member, reach: ReadonlyMap<number, number>): void {
    const known = this.acknowledgements.get(member);
    if (!known) return void this.acknowledgements.set(member, { count: member.received, reach: new Map(reach) });
    known.count = member.received;
    for (const [client, clock] of reach) known.reach.set(client, clock);
  }

  /** Resolves when this is durable. @throws where it could not be written. */
  durable(): Promise<void> {
    this.#watch ??= Promise.withResolvers();
    return this.#watch.promise;
  }

  release(): void {
    for (const say of this.#said ?? []) say();
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
