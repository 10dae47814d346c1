import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who sends nothing for so long is gone. */
const idleMs = 60_000;
/** So long the rest of a body that was refused is read and thrown away, so that the answer arrives. */
const lingerMs = 30_000;

/**
 * The bytes of a body, only as fast as they are taken; the time in which nobody takes any does not count as idle. Fails where
 * the sender is gone.
 */
export async function* requestBytes(req: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  let isWaiting = true;
  const timer = setInterval(() => {
    if (isWaiting) req.destroy(new Error('The sender of a body is gone.'));
  }, idleMs);
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      isWaiting = false;
      yield chunk;
      isWaiting = true;
      timer.refresh();
    }
    if (!req.complete) throw new Error('The body broke off.');
  } finally {
    clearInterval(timer);
  }
}

/** Reads on for a moment when an answer is given before its request has ended, and then hangs up. */
export function lingering(req: IncomingMessage, res: ServerResponse): void {
  res.once('finish', () => {
    if (req.complete) return;
    req.resume();
    setTimeout(() => {
      if (!req.complete) req.destroy();
    }, lingerMs).unref();
  });
}
