import * as Y from 'yjs';
import { readDocument, type DocumentReading } from './document-reading.ts';

/**
 * The content of an open document: the only place in a room that knows how it is held. It takes updates that the guard
 * has judged.
 */
export class DocumentState {
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

  #assertWhole(): void {
    const { pendingStructs, pendingDs } = this.#doc.store;
    if (pendingStructs ?? pendingDs) throw new Error('An update builds on something that the document does not have.');
  }
}
