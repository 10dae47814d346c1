import { closeCode } from '@cobench/shared/realtime/collab';
import type { Clock } from '../../platform/clock.ts';
import { Lease, type Access, type AskAccess } from './lease.ts';
import { leaseMs, renewMs, maxQueuedBytes, maxUndurableBytes, maxUnsentBytes, slowBytes } from './limits.ts';
import type { Meters } from './meters.ts';
import type { CollabDocument, Peer, Person } from './peer.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** What a connection needs of a socket. It calls `drained` when everything that was sent has left. */
export type Wire = {
  send(message: Uint8Array): void;
  close(code: number, reason: string): void;
  /** Bytes that were sent and have not left. */
  unsentBytes(): number;
  pause(): void;
  resume(): void;
};

type ConnectionParts = {
  id: string;
  person: Person;
  document: CollabDocument;
  wire: Wire;
  rooms: Rooms;
  access: AskAccess;
  clock: Clock;
  meters: Pick<Meters, 'refused'>;
  warn: (cause: unknown, what: string, document: CollabDocument) => void;
};

/**
 * One person's socket on one document: asks for their rights, brings them into the room, and hands it what they send,
 * in order. Whatever has to wait (the document, an answer about rights, the log) makes the frames wait, and when too
 * much waits the socket is read no further.
 */
export class Connection implements Peer {
  readonly id: string;
  readonly person: Person;
  readonly document: CollabDocument;
  /** Resolves when the person is in, or was sent away. */
  readonly entered: Promise<void>;
  readonly #parts: ConnectionParts;
  readonly #lease: Lease;
  #room: Room | null = null;
  #closed = false;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #busy = true;

  constructor(parts: ConnectionParts) {
    const { id, person, document, access, clock } = parts;
    this.id = id;
    this.person = person;
    this.document = document;
    this.#parts = parts;
    this.#lease = new Lease(() => access(person, document), clock);
    this.entered = this.#enter();
  }

  /** A frame came from the person. */
  receive(frame: Uint8Array): void {
    if (this.#closed) return;
    if (this.#room && !this.#busy && this.#rightsAreFresh() && !this.#mustWait(this.#room)) {
      this.#room.receive(this, frame);
      return;
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    if (this.#queuedBytes > maxQueuedBytes) this.#parts.wire.pause();
    if (!this.#busy) void this.#work();
  }

  /** Everything that was sent has left. */
  drained(): void {
    this.#room?.drained(this);
  }

  /** The socket is gone. */
  gone(): void {
    this.#closed = true;
    this.#queue = [];
    this.#room?.leave(this);
    this.#room = null;
  }

  /** Something may have changed in the person's rights: they are asked for again, at once. */
  async recheck(): Promise<void> {
    await this.#judge(this.#lease.renew());
  }

  send(message: Uint8Array): void {
    if (this.#closed) return;
    if (this.#parts.wire.unsentBytes() > maxUnsentBytes) return this.close(closeCode.tooSlow, 'too slow, come back');
    this.#parts.wire.send(message);
    // Somebody who only reads is judged too.
    this.#rightsAreFresh();
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.gone();
    this.#parts.meters.refused(code, this);
    this.#parts.wire.close(code, reason);
  }

  isSlow(): boolean {
    return this.#parts.wire.unsentBytes() > slowBytes;
  }

  canWrite(): boolean {
    return this.#lease.access === 'write';
  }

  async #enter(): Promise<void> {
    const { rooms, document } = this.#parts;
    await this.#judge(this.#lease.current());
    if (this.#closed) return;
    try {
      const room = await rooms.join(document, this);
      if (this.#closed) return room.leave(this);
      this.#room = room;
    } catch (cause) {
      this.#parts.warn(cause, 'a document could not be loaded', document);
      return this.close(closeCode.loadFailed, 'not loaded, come back');
    }
    await this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) {
      if (!this.#rightsAreFresh()) await this.#judge(this.#lease.current());
      if (this.#room && this.#mustWait(this.#room)) await this.#room.durable().catch(() => undefined);
      this.#queuedBytes -= frame.length;
      this.#room?.receive(this, frame);
    }
    this.#busy = false;
    if (!this.#closed) this.#parts.wire.resume();
  }

  #mustWait(room: Room): boolean {
    return room.undurableBytes > maxUndurableBytes;
  }

  /** Whether the last answer may still be used. The next one is fetched ahead of time: who types does not wait for it. */
  #rightsAreFresh(): boolean {
    const { age } = this.#lease;
    if (age >= renewMs) void this.#judge(this.#lease.current());
    return age < leaseMs;
  }

  /** Acts on an answer about rights. Where there is none, nobody stays in. */
  async #judge(asked: Promise<Access>): Promise<void> {
    try {
      const access = await asked;
      if (access !== 'read' && access !== 'write') this.close(closeCode[access], reasons[access]);
    } catch (cause) {
      this.#parts.warn(cause, 'rights could not be asked for', this.document);
      this.close(closeCode.loadFailed, 'rights unknown, come back');
    }
  }
}

const reasons = { signedOut: 'signed out', notAllowed: 'not allowed', missing: 'no such document' } as const;
