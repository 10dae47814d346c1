import type { WatchAnswer } from '@cobench/shared/realtime/live';
import { vi } from 'vitest';
import { Live, type LiveSocket } from '../lib/realtime/live.svelte.ts';

/** The socket of a `Live`, driven by hand: for tests. */
export class FakeLiveSocket {
  connected = false;
  active = true;
  readonly sent: unknown[][] = [];
  readonly #handlers = new Map<string, Set<(...facts: unknown[]) => void>>();
  connect = vi.fn<() => void>();

  on(event: string, handler: (...facts: unknown[]) => void): this {
    this.#handlers.set(event, (this.#handlers.get(event) ?? new Set()).add(handler));
    return this;
  }
  off(event: string, handler: (...facts: unknown[]) => void): this {
    this.#handlers.get(event)?.delete(handler);
    return this;
  }
  emit(...message: unknown[]): this {
    this.sent.push(message);
    return this;
  }
  /** Answers the newest request for what was missed. */
  answer(answer: WatchAnswer<unknown>): void {
    const callback = this.sent.at(-1)?.[2] as (answer: WatchAnswer<unknown>) => void;
    callback(answer);
  }
  disconnect(): this {
    if (this.connected) this.drop('io client disconnect');
    return this;
  }
  say(event: string, ...facts: unknown[]): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(...facts);
  }
  up(): void {
    this.connected = true;
    this.say('connect');
  }
  drop(reason = 'transport close'): void {
    this.connected = false;
    this.say('disconnect', reason);
  }
}

/** A `Live` that was opened over a socket driven by hand. */
export function liveOver(socket: FakeLiveSocket): Live {
  const live = new Live(socket as unknown as LiveSocket);
  live.open();
  return live;
}
