import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Clock } from '../../platform/clock.ts';
import type { Channels } from './channels.ts';
import { documentKey, type CollabDocument } from './peer.ts';

/** A room's ear for the other processes. */
export type Hearing = {
  heard(from: string, message: Uint8Array): void;
  /** Something may have been said that was not heard. */
  missed(): void;
  /** A process is gone, or cannot be heard any more. */
  lost(process: string): void;
};

export type ToldListener = {
  told(message: Uint8Array): void;
  /** Something may have been told that was not heard. */
  missed(): void;
};

/** How the processes of one installation reach each other. Nothing durable depends on it. */
export type FanOut = {
  /** Tells the other processes that have a document open. */
  publish(document: CollabDocument, message: Uint8Array): void;
  /** Hears what they tell; once per document. Returns what ends it. */
  subscribe(document: CollabDocument, hearing: Hearing): () => void;
  /** Tells all other processes something that is no matter of one document. */
  tell(message: Uint8Array): void;
  /** Hears what they tell all. */
  onTold(listener: ToldListener): void;
  /** Whether what is said now is likely heard. */
  readonly state: 'up' | 'down';
  close(): Promise<void>;
};

type Parts = {
  channels: Channels;
  /** Names this process among the others, and no other ever. */
  self: string;
  clock: Clock;
};

/** How often a process says that it lives. */
export const beatMs = 3000;
/** A process that was not heard for so long is lost, and so is what we say when we do not hear ourselves. */
const silenceMs = 4 * beatMs;
/** How long after a loss nobody is sure to hear everything: who cannot be heard may still write. */
const worryMs = 5 * 60_000;
/** In so many beats every room has looked into the log once, though nothing seems to be missing. */
const calmRound = 20;

const everybody = 'cobench.collab';
const kind = { alive: 0, told: 1 } as const;

/**
 * The processes of one installation on channels that may lose what is said. Each says in beats that it lives, and hears
 * itself: so it knows whether the others hear it, and whom it has lost. Where something may have been missed, rooms look
 * into the log.
 */
export class ProcessFanOut implements FanOut {
  readonly #parts: Parts;
  readonly #rooms = new Map<string, Hearing>();
  /** When each process was last heard, ourselves too. */
  readonly #heardAt = new Map<string, number>();
  readonly #leave: () => void;
  #listener: ToldListener | null = null;
  /** Who looks into the log next while nothing seems to be missing; some may have left. */
  #round: Hearing[] = [];
  #worriedUntil = -Infinity;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#leave = parts.channels.subscribe(everybody, {
      heard: (message) => this.#read(message, (from, content) => this.#hear(from, content)),
      listening: () => this.#say(kind.alive),
      deaf: () => void this.#heardAt.delete(parts.self),
    });
  }

  get state(): 'up' | 'down' {
    return this.#isSilent(this.#parts.self) ? 'down' : 'up';
  }

  publish(document: CollabDocument, message: Uint8Array): void {
    this.#parts.channels.publish(channelOf(document), this.#signed(message));
  }

  subscribe(document: CollabDocument, hearing: Hearing): () => void {
    const key = documentKey(document);
    this.#rooms.set(key, hearing);
    const leave = this.#parts.channels.subscribe(channelOf(document), {
      heard: (message) =>
        this.#read(message, (from, content) => {
          if (from !== this.#parts.self) hearing.heard(from, content);
        }),
      listening: () => hearing.missed(),
      deaf: () => undefined,
    });
    return () => {
      if (this.#rooms.get(key) === hearing) this.#rooms.delete(key);
      leave();
    };
  }

  tell(message: Uint8Array): void {
    this.#say(kind.told, message);
  }

  onTold(listener: ToldListener): void {
    this.#listener = listener;
  }

  /** Beats by itself from now on. */
  start(): this {
    this.#timer = setInterval(() => this.beat(), beatMs);
    return this;
  }

  /** To be called every `beatMs`. */
  beat(): void {
    this.#say(kind.alive);
    for (const process of this.#heardAt.keys()) {
      if (process !== this.#parts.self && this.#isSilent(process)) this.#lose(process);
    }
    const isWorried = this.state === 'down' || this.#now() < this.#worriedUntil;
    if (isWorried) this.#lookIntoAllLogs();
    else this.#lookIntoSomeLogs();
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#leave();
    await this.#parts.channels.close();
  }

  #hear(from: string, message: Uint8Array): void {
    const wasDown = this.state === 'down';
    this.#heardAt.set(from, this.#now());
    if (from === this.#parts.self) {
      if (!wasDown) return;
      this.#lookIntoAllLogs();
      this.#listener?.missed();
    } else if (message[0] === kind.told) {
      this.#listener?.told(message.subarray(1));
    }
  }

  #lose(process: string): void {
    this.#heardAt.delete(process);
    this.#worriedUntil = this.#now() + worryMs;
    for (const room of this.#rooms.values()) room.lost(process);
  }

  #lookIntoAllLogs(): void {
    for (const room of this.#rooms.values()) room.missed();
  }

  #lookIntoSomeLogs(): void {
    if (this.#round.length === 0) this.#round = [...this.#rooms.values()];
    for (const room of this.#round.splice(0, Math.ceil(this.#rooms.size / calmRound))) room.missed();
  }

  #say(what: number, message: Uint8Array = new Uint8Array()): void {
    this.#parts.channels.publish(everybody, this.#signed(Uint8Array.of(what, ...message)));
  }

  #signed(message: Uint8Array): Uint8Array {
    return encoding.encode((to) => {
      encoding.writeVarString(to, this.#parts.self);
      encoding.writeUint8Array(to, message);
    });
  }

  /** What is no message of ours is no matter of ours. */
  #read(bytes: Uint8Array, take: (from: string, message: Uint8Array) => void): void {
    const decoder = decoding.createDecoder(bytes);
    const from = decoding.readVarString(decoder);
    take(from, decoding.readTailAsUint8Array(decoder));
  }

  #isSilent(process: string): boolean {
    return this.#now() - (this.#heardAt.get(process) ?? -Infinity) > silenceMs;
  }

  #now(): number {
    return this.#parts.clock().getTime();
  }
}

const channelOf = (document: CollabDocument): string => `${everybody}:${documentKey(document)}`;
