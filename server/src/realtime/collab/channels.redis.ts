import { createClient } from 'redis';
import type { Log } from '../../platform/log.ts';
import type { ChannelListener, Channels } from './channels.ts';

/** Milliseconds after which a Redis that answers nothing is taken for lost. */
const silenceMs = 15_000;
/** Messages that may wait for a Redis that reads slowly; what is more gets lost. */
const mostWaiting = 10_000;

type Subscription = { listener: ChannelListener; heard: (message: Buffer) => void; confirmed: boolean };

/**
 * Channels over Redis (pub/sub). A lost connection is taken up again by itself; what is said meanwhile is lost.
 * @throws where Redis does not answer at the start.
 */
export async function redisChannels(url: string, log: Log): Promise<Channels> {
  let started = false;
  const reconnectStrategy = (retries: number, cause: Error): number | Error =>
    started ? Math.min(100 * 2 ** retries, 2000) : cause;
  const subscriber = createClient({
    url,
    pingInterval: silenceMs / 3,
    socket: { connectTimeout: 5000, socketTimeout: silenceMs, reconnectStrategy },
  });
  const publisher = subscriber.duplicate({ disableOfflineQueue: true, commandsQueueMaxLength: mostWaiting });
  const channels = new Map<string, Subscription>();
  for (const client of [subscriber, publisher]) {
    client.on('error', (err) => {
      log.warn({ err }, 'Redis');
      for (const { listener } of channels.values()) listener.deaf();
    });
  }
  await Promise.all([subscriber.connect(), publisher.connect()]);
  started = true;

  async function listen(channel: string, subscription: Subscription): Promise<void> {
    try {
      await subscriber.subscribe(channel, subscription.heard, true);
      subscription.confirmed = true;
      if (channels.get(channel) === subscription) subscription.listener.listening();
      else await subscriber.unsubscribe(channel, subscription.heard, true);
    } catch (err) {
      // Asked again when the connection is back.
      log.warn({ err }, 'a channel is not heard');
    }
  }

  // The client has subscribed again to all that was confirmed.
  subscriber.on('ready', () => {
    for (const [channel, subscription] of channels) {
      if (subscription.confirmed) subscription.listener.listening();
      else void listen(channel, subscription);
    }
  });

  return {
    publish(channel, message) {
      const { buffer, byteOffset, byteLength } = message;
      // A loss is noticed by what is not heard.
      publisher.publish(channel, Buffer.from(buffer, byteOffset, byteLength)).catch(() => undefined);
    },
    subscribe(channel, listener) {
      const heard = (message: Buffer): void => {
        try {
          listener.heard(message);
        } catch (err) {
          log.warn({ err }, 'what another process said is not understood');
        }
      };
      const subscription = { listener, heard, confirmed: false };
      channels.set(channel, subscription);
      void listen(channel, subscription);
      return () => {
        if (channels.get(channel) !== subscription) return;
        channels.delete(channel);
        if (subscription.confirmed) subscriber.unsubscribe(channel, heard, true).catch(() => undefined);
      };
    },
    async close() {
      channels.clear();
      subscriber.destroy();
      publisher.destroy();
    },
  };
}
