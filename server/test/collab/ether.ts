import type { ChannelListener, Channels } from '../../src/realtime/collab/channels.ts';
import type { Dice } from './dice.ts';

type OnItsWay = { to: Radio; channel: string; message: Uint8Array };

/** What processes say to each other, on its way through something that loses, doubles, delays and mixes it up. */
export class Ether {
  readonly #radios = new Set<Radio>();
  readonly #onItsWay: OnItsWay[] = [];
  /** Nothing is sent and nothing arrives. */
  down = false;

  join(): Radio {
    const radio: Radio = new Radio((channel, message) => {
      if (this.down) return;
      for (const to of this.#radios) this.#onItsWay.push({ to, channel, message: message.slice() });
    });
    this.#radios.add(radio);
    return radio;
  }

  /** A process that was killed says and hears nothing any more. */
  leave(radio: Radio): void {
    this.#radios.delete(radio);
  }

  /** One message arrives, or a little mishap: it is lost, comes twice, or overtakes another. False where none is on its way. */
  move(dice: Dice): boolean {
    if (this.#onItsWay.length === 0) return false;
    const [next] = this.#onItsWay.splice(dice.roll(4) === 0 ? dice.roll(this.#onItsWay.length) : 0, 1);
    const chance = dice.roll(20);
    if (next && chance > 1) this.#deliver(next);
    if (next && chance === 2) this.#onItsWay.push(next);
    return true;
  }

  /** Everything arrives, in order. */
  settle(): boolean {
    const [next] = this.#onItsWay.splice(0, 1);
    if (next) this.#deliver(next);
    return next !== undefined;
  }

  /** What was on its way is lost. */
  lose(): void {
    this.#onItsWay.length = 0;
  }

  /** What was on its way is lost, and whoever listens is told that it listens again. */
  comeBack(): void {
    this.down = false;
    this.lose();
    for (const radio of this.#radios) radio.listenAgain();
  }

  #deliver({ to, channel, message }: OnItsWay): void {
    if (!this.down && this.#radios.has(to)) to.hear(channel, message);
  }
}

/** One process on the ether. */
export class Radio implements Channels {
  readonly publish: (channel: string, message: Uint8Array) => void;
  readonly #listeners = new Map<string, ChannelListener>();

  constructor(publish: (channel: string, message: Uint8Array) => void) {
    this.publish = publish;
  }

  subscribe(channel: string, listener: ChannelListener): () => void {
    this.#listeners.set(channel, listener);
    queueMicrotask(() => {
      if (this.#listeners.get(channel) === listener) listener.listening();
    });
    return () => {
      if (this.#listeners.get(channel) === listener) this.#listeners.delete(channel);
    };
  }

  hear(channel: string, message: Uint8Array): void {
    this.#listeners.get(channel)?.heard(message);
  }

  listenAgain(): void {
    for (const listener of this.#listeners.values()) listener.listening();
  }

  goDeaf(): void {
    for (const listener of this.#listeners.values()) listener.deaf();
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
