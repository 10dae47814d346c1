import { closeCode } from '@cobench/shared/realtime/collab';
import { maxMissedBytes, slowMs } from './limits.ts';
import type { Peer } from './peer.ts';

/**
 * How a peer hears of changes: not before it asked for the content; kept for it while its answer is made; as they come;
 * or not one by one, because it reads too slowly, until it has caught up.
 */
type Hearing = 'nothing' | 'later' | 'changes' | 'behind';
type Missed = { seq: number; message: Uint8Array };

/** A peer in a room, and what it has been told. */
export class Member {
  readonly peer: Peer;
  /** Update messages that came from it. */
  received = 0;
  /** It sent something whose predecessors we lack and was asked for them; until they come nothing more counts as saved. */
  gap = false;
  /** The state vector of its last step 1, as long as it was not answered. */
  asked: { vector: Uint8Array | null } | null = null;
  answering = false;
  catchingUp = false;
  #hears: Hearing = 'nothing';
  /** It has everything up to this record. */
  #has = 0;
  #missed: Missed[] = [];
  #missedBytes = 0;
  /** Ends it when it stays behind for too long. */
  #patience: NodeJS.Timeout | null = null;

  constructor(peer: Peer) {
    this.peer = peer;
  }

  /** It has everything up to this record. */
  get has(): number {
    return this.#has;
  }

  get behind(): boolean {
    return this.#hears === 'behind';
  }

  /** Its answer is being made: what comes from now on is told after it. */
  listen(): void {
    if (this.#hears === 'nothing') this.#hears = 'later';
  }

  /** Tells it a change, now or when it can be told. */
  tell(seq: number, message: Uint8Array): void {
    switch (this.#hears) {
      case 'changes':
        if (seq <= this.#has) return;
        if (this.peer.isSlow()) this.#fallBehind();
        else this.peer.send(message);
        return;
      case 'later':
        this.#missedBytes += message.length;
        if (this.#missedBytes <= maxMissedBytes) this.#missed.push({ seq, message });
        return;
      case 'nothing':
      case 'behind':
        return;
      default:
        this.#hears satisfies never;
    }
  }

  /** Everything of a record was told to whoever could be told. */
  told(seq: number): void {
    if (this.#hears === 'changes') this.#has = Math.max(this.#has, seq);
  }

  /** Gives it the content after a record, and what it missed since. */
  answer(seq: number, messages: readonly Uint8Array[]): void {
    for (const message of messages) this.peer.send(message);
    this.#has = Math.max(this.#has, seq);
    if (this.#hears !== 'later') return;
    const [missed, all] = [this.#missed, this.#missedBytes <= maxMissedBytes];
    this.#missed = [];
    this.#missedBytes = 0;
    if (!all) return this.#fallBehind();
    this.#hears = 'changes';
    for (const { seq, message } of missed) if (seq > this.#has) this.peer.send(message);
    const last = missed.at(-1);
    if (last) this.told(last.seq);
  }

  /** Gives it what it missed up to a record while it was behind. */
  catchUp(seq: number, message: Uint8Array): void {
    this.peer.send(message);
    this.#has = seq;
  }

  /** It has everything there is, and hears of what comes. */
  caughtUp(): void {
    this.#hears = 'changes';
    this.gone();
  }

  gone(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
  }

  #fallBehind(): void {
    this.#hears = 'behind';
    this.#patience = setTimeout(() => this.peer.close(closeCode.tooSlow, 'too slow, come back'), slowMs);
  }
}
