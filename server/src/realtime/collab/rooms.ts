import type { Clock } from '../../platform/clock.ts';
import { DocumentState } from './document-state.ts';
import { updatesOf } from './loaded.ts';
import type { DocumentLog } from './log.ts';
import { documentKey, type CollabDocument, type Peer } from './peer.ts';
import { Room, type Flushed } from './room.ts';

type RoomsParts = {
  log: DocumentLog;
  clock: Clock;
  flushed: (flush: Flushed) => void;
  /** Something failed that nobody waits for. */
  warn: (cause: unknown, what: string, document: CollabDocument) => void;
};

type Slot = { room: Promise<Room>; closing: Promise<void> | null };

/** The rooms in memory: at most one per document, from the first peer's coming until the last one's work is stored. */
export class Rooms {
  readonly #parts: RoomsParts;
  readonly #slots = new Map<string, Slot>();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  get open(): number {
    return this.#slots.size;
  }

  /** Brings a peer into the room of a document. @throws where the document cannot be loaded. */
  async join(document: CollabDocument, peer: Peer): Promise<Room> {
    for (;;) {
      const slot = this.#slots.get(documentKey(document)) ?? this.#load(document);
      const room = await slot.room;
      if (slot.closing) {
        await slot.closing;
      } else if (this.#slots.get(documentKey(document)) === slot) {
        room.join(peer);
        return room;
      }
    }
  }

  /** The content of a document as one update, from its room or from the log. @throws where neither can tell. */
  async read(document: CollabDocument): Promise<Uint8Array> {
    const slot = this.#slots.get(documentKey(document));
    if (slot) return (await slot.room).read((state) => state.diff());
    return new DocumentState(updatesOf(await this.#parts.log.load(document))).diff();
  }

  /** Resolves when all that came is durable, or can no longer be. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#slots.values()].map(async ({ room }) => (await room).durable()));
  }

  /** Resolves when the rooms that everybody has left are gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#slots.values()].map(async ({ closing }) => closing));
  }

  #load(document: CollabDocument): Slot {
    const slot: Slot = { room: this.#open(document, () => slot), closing: null };
    this.#slots.set(documentKey(document), slot);
    slot.room.catch(() => this.#forget(document, slot));
    return slot;
  }

  async #open(document: CollabDocument, slot: () => Slot): Promise<Room> {
    const { log, clock, flushed } = this.#parts;
    const loaded = await log.load(document);
    const room: Room = new Room(
      {
        document,
        log,
        clock,
        flushed,
        idle: () => this.#retire(document, slot(), room),
        dropped: (cause) => {
          this.#parts.warn(cause, 'a document was not stored; its room starts again from the log', document);
          this.#forget(document, slot());
        },
      },
      loaded,
    );
    return room;
  }

  /** Whoever comes while the last snapshot is written waits, and gets a new room. */
  #retire(document: CollabDocument, slot: Slot, room: Room): void {
    slot.closing ??= room
      .snapshot()
      .catch((cause: unknown) => this.#parts.warn(cause, 'no snapshot was written', document))
      .finally(() => this.#forget(document, slot));
  }

  #forget(document: CollabDocument, slot: Slot): void {
    const key = documentKey(document);
    if (this.#slots.get(key) === slot) this.#slots.delete(key);
  }
}
