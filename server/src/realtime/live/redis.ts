import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import type { Log } from '../../platform/log.ts';

/**
 * Lets several processes reach each other's sockets through Redis.
 * @throws where Redis does not answer at the start; after that a lost connection is taken up again by itself, and
 * until then each process tells its own people.
 */
export async function redisAdapter(url: string, log: Log) {
  let started = false;
  const reconnectStrategy = (retries: number, cause: Error): number | Error =>
    started ? Math.min(100 * 2 ** retries, 5000) : cause;
  // Readers wait for a lost Redis to come back; the writer refuses at once, or every message here would wait with it.
  const reader = createClient({ url, socket: { connectTimeout: 5000, reconnectStrategy } });
  const writer = reader.duplicate({ disableOfflineQueue: true });
  writer.on('error', (error) => log.warn({ err: error }, 'Redis'));
  await writer.connect();
  started = true;
  const publisher = Object.assign(writer, { duplicate: () => reader.duplicate() });
  const adapter = createAdapter(publisher, {
    streamName: 'cobench.live',
    channelPrefix: 'cobench.live',
    maxLen: 2000,
    blockTimeInMs: 1000,
  });
  return { adapter, close: async (): Promise<void> => writer.destroy() };
}
