import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serveConnection } from './connection.ts';

/** A socket whose other end the test holds. `reads` opens and closes the tap through which replies flow. */
class HeldSocket extends Duplex {
  readonly replies: Buffer[] = [];
  readonly setNoDelay = (): void => undefined;
  readonly setKeepAlive = (): void => undefined;
  #reads = true;
  #stuck: (() => void) | undefined;

  constructor() {
    super({ writableHighWaterMark: 10 });
  }

  override _read(): void {
    // The test pushes.
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.replies.push(chunk);
    if (this.#reads) done();
    else this.#stuck = done;
  }

  reads(open: boolean): void {
    this.#reads = open;
    if (open) this.#stuck?.();
  }
}

const ping = (): Buffer => {
  const frame = Buffer.alloc(26);
  frame.writeInt32LE(26, 0);
  frame.writeInt32LE(2013, 12);
  frame.writeInt32LE(5, 21);
  return frame;
};

let socket: HeldSocket;
let asked: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  socket = new HeldSocket();
  asked = 0;
  serveConnection(socket as unknown as Socket, 1, () => {
    asked++;
    return Promise.resolve(Buffer.from([5, 0, 0, 0, 0]));
  });
});
afterEach(() => {
  socket.destroy();
  vi.useRealTimers();
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('whoever begins a message and does not end it is cut off after half a minute', async () => {
  socket.push(ping().subarray(0, 10));
  await settled();
  vi.advanceTimersByTime(29_000);
  expect(socket.destroyed).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(socket.destroyed).toBe(true);
});

it('whoever is silent between messages may stay', async () => {
  socket.push(ping());
  await settled();
  vi.advanceTimersByTime(3_600_000);
  expect([asked, socket.destroyed]).toEqual([1, false]);
});

it('whoever does not read the replies is not answered further until he does', async () => {
  socket.reads(false);
  for (let n = 0; n < 5; n++) socket.push(ping());
  await settled();
  expect(asked).toBe(1);
  socket.reads(true);
  for (let n = 0; n < 10; n++) await settled();
  expect(asked).toBe(5);
});
