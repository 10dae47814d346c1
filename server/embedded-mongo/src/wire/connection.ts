import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { MAX_MESSAGE_BYTES, ProtocolError, readMessage, replyHeader, type Request } from './message.ts';

/** Answers one request with the bytes of a BSON document. Errors of a command are answers too; it does not reject. */
export type Answer = (request: Request, connectionId: number) => Promise<Uint8Array>;

/** A message that was begun must be whole within this time, or its sender has gone. */
const FRAME_TIMEOUT_MS = 30_000;
const MESSAGE_ALLOWANCE = 65_536;

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
    if (!busy) void pump().catch(() => socket.destroy());
  });

  async function pump(): Promise<void> {
    busy = true;
    for (let frame = nextFrame(); frame; frame = nextFrame()) {
      socket.pause();
      const request = readMessage(frame);
      const reply = await answer(request, id);
      if (!request.silent) await send(request, reply);
      if (socket.destroyed) return;
      socket.resume();
    }
    busy = false;
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

  /** Waits for a slow reader before the next request is looked at, so that replies do not pile up in memory. */
  async function send(request: Request, reply: Uint8Array): Promise<void> {
    if (socket.destroyed) return;
    socket.cork();
    socket.write(replyHeader(request, reply.length));
    const flushed = socket.write(reply);
    socket.uncork();
    if (flushed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done).off('close', done);
        resolve();
      };
      socket.on('drain', done).on('close', done);
    });
  }
}
