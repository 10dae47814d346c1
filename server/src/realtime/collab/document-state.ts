import * as Y from 'yjs';
import { readDocument, type DocumentReading } from './document-reading.ts';

/** Names one character or node: the `clock`th thing that a client made. */
export type StructId = { client: number; clock: number };

/** What the guard asks about a document. */
export type KnownStructs = {
  /** How many things of a client the document has. */
  clock(client: number): number;
  /** Whether everything in a range the document has is deleted. */
  hasDeleted(range: { client: number; clock: number; length: number }): boolean;
  /** How many nodes are around something the document has. */
  depthOf(id: StructId): number;
};

/**
 * The content of an open document: the only place in a room that knows how it is held. It takes updates that the guard
 * has judged.
 */
export class DocumentState implements KnownStructs {
  readonly #doc = new Y.Doc({ gc: true });

  /** @throws where an update cannot be applied, or what it builds on is not there. */
  constructor(updates: Iterable<Uint8Array>) {
    this.#doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.#doc, update);
    });
    this.#assertWhole();
  }

  /** @throws where the update cannot be applied; the state is then good for nothing. */
  apply(update: Uint8Array): void {
    Y.applyUpdate(this.#doc, update);
    this.#assertWhole();
  }

  /** Applies and returns only what was new: an answer to step 1 repeats every deletion of the document. */
  applyDifference(update: Uint8Array): Uint8Array {
    let difference = update;
    this.#doc.once('update', (changed: Uint8Array) => {
      difference = changed;
    });
    this.apply(update);
    return difference;
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.#doc);
  }

  /** What a replica with this state vector lacks. @throws where the vector is malformed. */
  diff(stateVector?: Uint8Array): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc, stateVector);
  }

  /** What lists show of it. */
  reading(): DocumentReading {
    return readDocument(this.#doc);
  }

  clock(client: number): number {
    return Y.getState(this.#doc.store, client);
  }

  hasDeleted({ client, clock, length }: { client: number; clock: number; length: number }): boolean {
    const structs = this.#doc.store.clients.get(client) ?? [];
    for (let at = Y.findIndexSS(structs, clock); ; at++) {
      const struct = structs[at];
      if (!struct || struct.id.clock >= clock + length) return true;
      if (!struct.deleted) return false;
    }
  }

  depthOf({ client, clock }: StructId): number {
    let depth = 0;
    let item: Y.Item | null = Y.getItem(this.#doc.store, Y.createID(client, clock));
    while (item instanceof Y.Item && item.parent instanceof Y.AbstractType) {
      item = item.parent._item;
      if (item) depth++;
    }
    return depth;
  }

  #assertWhole(): void {
    const { pendingStructs, pendingDs } = this.#doc.store;
    if (pendingStructs ?? pendingDs) throw new Error('An update builds on something that the document does not have.');
  }
}
