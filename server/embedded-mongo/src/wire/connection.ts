import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { MAX_MESSAGE_BYTES, ProtocolError, readMessage, replyHeader, type Request } from './message.ts';

/**
 * Answers one request with the bytes of a BSON document, at once where there is nothing to wait for. Errors of a command
 * are answers too; it neither throws nor rejects.
 */
export type Answer = (request: Request, connectionId: number) => Uint8Array | Promise<Uint8Array>;

/** A message that was begun must be whole within this time, or its sender has gone. */
const FRAME_TIMEOUT_MS = 30_000;
const MESSAGE_ALLOWANCE = 65_536;
/** Up to this size a reply is copied behind its header, which costs less than writing two buffers. */
const SMALL_REPLY = 65_536;

/**
 * Reads frames from one socket and answers them one after the other, as MongoDB does. What is not the protocol closes
 * this connection and nothing else.
 */
export function serveConnection(socket: Socket, id: number, answer: Answer): void {
  let chunks: Buffer[] = [];
  let have = 0;
  let need = 4;
  let busy = false;
  let timer: NodeJS.Timeout | undefined;

  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearTimeout(timer));
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    have += chunk.length;
    if (busy) socket.pause();
    else void pump().catch(() => socket.destroy());
  });

  async function pump(): Promise<void> {
    busy = true;
    for (let frame = nextFrame(); frame; frame = nextFrame()) {
      const request = readMessage(frame);
      const answered = answer(request, id);
      const reply = answered instanceof Promise ? await answered : answered;
      if (socket.destroyed) return;
      if (!request.silent && !send(request, reply)) await drained();
    }
    busy = false;
    if (socket.isPaused()) socket.resume();
  }

  function nextFrame(): Buffer | undefined {
    clearTimeout(timer);
    if (have >= need) {
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      const length = bytes.readInt32LE(0);
      if (length < 26 || length > MAX_MESSAGE_BYTES + MESSAGE_ALLOWANCE)
        throw new ProtocolError(`a message of ${length} bytes`);
      if (bytes.length >= length) {
        chunks = bytes.length > length ? [bytes.subarray(length)] : [];
        have = bytes.length - length;
        need = 4;
        return bytes.subarray(0, length);
      }
      chunks = [bytes];
      need = length;
    }
    if (have > 0) timer = setTimeout(() => socket.destroy(), FRAME_TIMEOUT_MS).unref();
    return undefined;
  }

  /** False when the reader is slower than we are. */
  function send(request: Request, reply: Uint8Array): boolean {
    const header = replyHeader(request, reply.length);
    if (reply.length <= SMALL_REPLY) return socket.write(Buffer.concat([header, reply]));
    socket.cork();
    socket.write(header);
    const flushed = socket.write(reply);
    socket.uncork();
    return flushed;
  }

  /** A slow reader is waited for before the next request is looked at, so that replies do not pile up in memory. */
  async function drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done).off('close', done);
        resolve();
      };
      socket.on('drain', done).on('close', done);
    });
  }
}
