import type { Clock } from '../../platform/clock.ts';
import { ContentCache } from './content-cache.ts';
import { Content } from './content.ts';
import type { DocumentThread } from './document-thread.ts';
import type { Journal } from './journal.ts';
import type { FanOut } from './fan-out.ts';
import type { DocumentLog } from './log.ts';
import type { Meters } from './meters.ts';
import { Siblings } from './siblings.ts';
import { documentKey, type CollabDocument, type Peer, type Writer } from './peer.ts';
import { Room, type Flushed } from './room.ts';

type RoomsParts = {
  log: DocumentLog;
  journal: Journal;
  thread: DocumentThread;
  clock: Clock;
  /** The other processes of this installation; null where there are none. */
  fanOut: FanOut | null;
  meters: Meters;
  flushed: (flush: Flushed) => void;
  /** Something failed that nobody waits for. */
  warn: (cause: unknown, what: string, document: CollabDocument) => void;
};

type Slot = { opening: Promise<Room>; room: Room | null; siblings: Siblings | null };

/** The rooms in memory: at most one per document, from the first peer's coming until the last one's work is stored. */
export class Rooms {
  readonly #parts: RoomsParts;
  readonly #slots = new Map<string, Slot>();
  readonly #cache = new ContentCache();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
  }

  get open(): number {
    return this.#slots.size;
  }

  /** The room of a document, where it is open. */
  find(document: CollabDocument): Room | null {
    return this.#slots.get(documentKey(document))?.room ?? null;
  }

  /** All rooms that are open. */
  *all(): Generator<Room> {
    for (const { room } of this.#slots.values()) if (room) yield room;
  }

  /** Brings a peer into the room of a document. @throws where the document cannot be loaded. */
  join(document: CollabDocument, peer: Peer): Promise<Room> {
    return this.#with(document, (room) => {
      room.join(peer);
      return room;
    });
  }

  /**
   * Writes an update that the server makes for a person, and tells whoever has the document open; resolves when it is
   * durable.
   * @throws where the document cannot be loaded, or the update is refused or cannot be stored.
   */
  async write(document: CollabDocument, update: Uint8Array, by: Writer): Promise<void> {
    const written = await this.#with(document, (room) => {
      const durable = room.write(by, update).finally(() => room.rest());
      return { durable };
    });
    await written.durable;
  }

  /** The content of a document: of its room, or for one question only. */
  content(document: CollabDocument): Content {
    return this.find(document)?.content ?? this.#contentOf(document);
  }

  /** Resolves when all that came is durable, or can no longer be. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#slots.values()].map(async ({ opening }) => (await opening).durable()));
  }

  /** Does something with a room in the moment when it is there: what is awaited before may be gone again after. */
  async #with<T>(document: CollabDocument, work: (room: Room) => T): Promise<T> {
    for (;;) {
      const slot = this.#slots.get(documentKey(document)) ?? this.#load(document);
      const room = await slot.opening;
      if (this.#slots.get(documentKey(document)) === slot) return work(room);
    }
  }

  #load(document: CollabDocument): Slot {
    const { fanOut, clock, warn } = this.#parts;
    // They are listened to before the log is read: what they write meanwhile is missed by nobody.
    const siblings = fanOut && new Siblings(document, { fanOut, clock, warn });
    const slot: Slot = { opening: this.#open(document, { siblings, slot: () => slot }), room: null, siblings };
    this.#slots.set(documentKey(document), slot);
    slot.opening.catch(() => this.#forget(document, slot));
    return slot;
  }

  async #open(
    document: CollabDocument,
    { siblings, slot }: { siblings: Siblings | null; slot: () => Slot },
  ): Promise<Room> {
    const content = this.#contentOf(document);
    const loaded = await content.index();
    const room = new Room(
      {
        ...this.#parts,
        document,
        content,
        siblings,
        idle: () => this.#forget(document, slot()),
        dropped: (cause) => {
          this.#parts.warn(cause, 'a document was not stored; its room starts again from the log', document);
          this.#forget(document, slot());
        },
      },
      loaded,
    );
    slot().room = room;
    siblings?.introduce(room);
    return room;
  }

  #contentOf(document: CollabDocument): Content {
    return new Content(document, { ...this.#parts, cache: this.#cache });
  }

  #forget(document: CollabDocument, slot: Slot): void {
    slot.room?.content.dropContent();
    slot.siblings?.leave();
    const key = documentKey(document);
    if (this.#slots.get(key) === slot) this.#slots.delete(key);
  }
}
