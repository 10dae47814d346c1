import type { Topic } from '@cobench/shared/realtime/live';

/** Anything that asks for what it missed when a connection comes up, and waits while there is none. */
export type Resumable = { start(): void; stop(): void };

/** The watches of one connection. A topic is left when its last watcher goes. */
export class Watches {
  readonly #watches = new Map<Resumable, string>();
  readonly #connected: () => boolean;
  readonly #unwatch: (topic: Topic) => void;

  constructor({ connected, unwatch }: { connected: () => boolean; unwatch: (topic: Topic) => void }) {
    this.#connected = connected;
    this.#unwatch = unwatch;
  }

  /** Returns its clean-up. */
  add(topic: Topic, watch: Resumable): () => void {
    const key = `${topic.kind}/${topic.id}`;
    this.#watches.set(watch, key);
    // Without a connection the next one starts it; a request buffered until then would be asked twice.
    if (this.#connected()) watch.start();
    return () => {
      watch.stop();
      this.#watches.delete(watch);
      if (this.#connected() && ![...this.#watches.values()].includes(key)) this.#unwatch(topic);
    };
  }

  startAll(): void {
    for (const watch of this.#watches.keys()) watch.start();
  }

  stopAll(): void {
    for (const watch of this.#watches.keys()) watch.stop();
  }
}
