import type { WebSocket } from 'ws';
import { ingestClose } from '@cobench/shared/ingest/socket-protocol';

/** Messages of one socket that are being answered at a time; while there are so many, nothing more is read from it. */
const atOnce = 8;
/** Bytes of answers that may wait for whoever does not read them. */
const mostUnread = 1_048_576;

/** One instrument's socket: each message is answered, and none is read that could not be dealt with. */
export class Line {
  readonly #socket: WebSocket;
  readonly #answer: (message: Buffer) => Promise<string>;
  /** What had been read already when reading stopped. */
  readonly #waiting: Buffer[] = [];
  readonly #resting: (() => void)[] = [];
  #busy = 0;
  #isLeaving = false;

  constructor(socket: WebSocket, answer: (message: Buffer) => Promise<string>) {
    this.#socket = socket;
    this.#answer = answer;
    socket.on('message', (message: Buffer) => {
      if (this.#isLeaving) return;
      this.#waiting.push(message);
      if (this.#busy + this.#waiting.length >= atOnce) socket.pause();
      this.#goOn();
    });
  }

  close(code: number, reason: string): void {
    this.#isLeaving = true;
    this.#waiting.length = 0;
    // A paused socket would never see the other side agree.
    this.#socket.resume();
    this.#socket.close(code, reason);
  }

  /** Takes nothing more, and closes when what is under way was answered. */
  async leave(code: number, reason: string): Promise<void> {
    this.#isLeaving = true;
    this.#waiting.length = 0;
    if (this.#busy > 0) await new Promise<void>((resolve) => void this.#resting.push(resolve));
    this.close(code, reason);
  }

  #goOn(): void {
    while (this.#busy < atOnce) {
      const message = this.#waiting.shift();
      if (!message) break;
      void this.#take(message);
    }
    if (this.#busy + this.#waiting.length < atOnce) this.#socket.resume();
    if (this.#busy === 0) for (const rest of this.#resting.splice(0)) rest();
  }

  async #take(message: Buffer): Promise<void> {
    this.#busy++;
    const answer = await this.#answer(message);
    this.#busy--;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(answer);
    if (this.#socket.bufferedAmount > mostUnread) this.close(ingestClose.tooSlow, 'Read the answers.');
    this.#goOn();
  }
}
