import type { Clock } from '../../platform/clock.ts';
import { beatMs, type FanOut } from './fan-out.ts';
import { maxTravellingBytes } from './limits.ts';
import { bytesIn, type LogRecord } from './log.ts';
import {
  decodeSiblingMessage,
  encodeSiblingMessage,
  type SiblingMessage,
  type People,
  type Presence,
} from './sibling-messages.ts';
import type { CollabDocument } from './peer.ts';

/** The room of a document, as its siblings in other processes know it. */
type SiblingRoom = {
  /** Another process has written this record. */
  heard(record: LogRecord): void;
  /** Others may have written more than was heard: the log knows. */
  catchUp(): Promise<unknown>;
  /** The last record that is known here. */
  readonly seq: number;
  meet(process: string, people: People): void;
  lose(process: string): void;
  loseAllBut(processes: ReadonlySet<string>): void;
  present(): Presence[];
};

type Parts = { fanOut: FanOut; clock: Clock; warn: Warn };
type Warn = (cause: unknown, what: string, document: CollabDocument) => void;

/**
 * The rooms of one document in the other processes. They are told what is durable here, and who is here, and may miss
 * any of it: whoever hears of a record before the one it lacks reads the log.
 */
export class Siblings {
  readonly #document: CollabDocument;
  readonly #parts: Parts;
  readonly #leave: () => void;
  #room: SiblingRoom | null = null;
  /** Something was said before the room was there to hear it. */
  #missed = false;
  /** Since when we wait for the others to say who is there, and who has. */
  #askedAt = -Infinity;
  readonly #answered = new Set<string>();

  /** Listens from now on. */
  constructor(document: CollabDocument, parts: Parts) {
    this.#document = document;
    this.#parts = parts;
    this.#leave = parts.fanOut.subscribe(document, {
      heard: (from, message) => this.#hear(from, message),
      missed: () => this.#catchUp(),
      lost: (process) => this.#room?.lose(process),
    });
  }

  /** The room is there now. */
  introduce(room: SiblingRoom): void {
    this.#room = room;
    if (this.#missed) this.#catchUp();
  }

  /** The room is gone. */
  leave(): void {
    this.#room = null;
    this.#leave();
  }

  wrote(record: LogRecord): void {
    this.#say(bytesIn(record) > maxTravellingBytes ? { is: 'more', seq: record.seq } : { is: 'record', record });
  }

  see(one: Presence): void {
    this.#say({ is: 'present', people: [one], all: false });
  }

  #hear(from: string, bytes: Uint8Array): void {
    const room = this.#room;
    if (!room) {
      this.#missed = true;
      return;
    }
    this.#answered.add(from);
    const message = decodeSiblingMessage(bytes);
    switch (message?.is) {
      case 'record':
        return room.heard(message.record);
      case 'more':
        if (message.seq > room.seq) this.#lookIntoLog(room);
        return;
      case 'present':
        return room.meet(from, message);
      case 'who':
        return this.#introducePeople(room);
      case undefined:
        return;
      default:
        message satisfies never;
    }
  }

  #catchUp(): void {
    const room = this.#room;
    this.#missed = !room;
    if (!room) return;
    this.#lookIntoLog(room);
    // They may have missed what we said, as we what they said.
    this.#say({ is: 'more', seq: room.seq });
    this.#ask(room);
    this.#introducePeople(room);
  }

  /** Where the log cannot be read now, it is tried again with the next word or beat. */
  #lookIntoLog(room: SiblingRoom): void {
    room
      .catchUp()
      .catch((cause: unknown) => this.#parts.warn(cause, 'what other processes wrote was not read', this.#document));
  }

  /** Who left while nobody heard it may have been the last: nobody there is left to answer. */
  #ask(room: SiblingRoom): void {
    const now = this.#parts.clock().getTime();
    if (this.#parts.fanOut.state === 'up' && now - this.#askedAt >= beatMs) {
      if (this.#askedAt > -Infinity) room.loseAllBut(this.#answered);
      this.#answered.clear();
      this.#askedAt = now;
    }
    this.#say({ is: 'who' });
  }

  #introducePeople(room: SiblingRoom): void {
    this.#say({ is: 'present', people: room.present(), all: true });
  }

  #say(message: SiblingMessage): void {
    this.#parts.fanOut.publish(this.#document, encodeSiblingMessage(message));
  }
}
