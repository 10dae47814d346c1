import { mostWaiting } from '../../runs/ingest.ts';
import type { ReportedEvent } from '../../runs/run-event.ts';
import type { Answer, Batch, Transport } from '../transport.ts';
import type { World } from '../world.ts';

export type FakeServer = Transport & {
  stored: ReportedEvent[];
  /** Batches as they arrived, repetitions included. */
  arrived: Batch[];
  /** Answered instead, while it is set. */
  answer: Answer | null;
};

/**
 * A server that keeps the promises of ingest, behind a network that keeps none. `chance` is how likely each fault is: the
 * request is lost, the answer is lost, the server is ill, it asks to wait.
 */
export function fakeServer(world: World, chance = 0): FakeServer {
  const held = new Map<number, Batch>();
  let next = 1;

  function take(batch: Batch): { stored: number; duplicate: boolean; missing: number[] } {
    const { number } = batch;
    if (number === undefined) return { stored: 0, duplicate: false, missing: [] };
    if (number < next) return { stored: 0, duplicate: true, missing: [] };
    const missing = Array.from({ length: number - next }, (_, i) => next + i).filter((one) => !held.has(one));
    held.set(number, batch);
    let stored = 0;
    for (let ready = held.get(next); ready; ready = held.get(next)) {
      server.stored.push(...ready.events);
      stored += ready.events.length;
      held.delete(next++);
    }
    return { stored, duplicate: false, missing };
  }

  const server: FakeServer = {
    stored: [],
    arrived: [],
    answer: null,
    close: () => undefined,
    async send(batch) {
      await new Promise<void>((resolve) => void world.after(1 + world.random() * 50, resolve));
      if (world.random() < chance) throw new Error('The request was lost.');
      server.arrived.push(batch);
      if (server.answer) return server.answer;
      if (world.random() < chance) return { status: 503, retryAfterSeconds: null, body: null };
      if (world.random() < chance) return { status: 429, retryAfterSeconds: 2, body: null };
      if ((batch.number ?? 0) - next > mostWaiting)
        return { status: 409, retryAfterSeconds: null, body: { title: 'Too many wait.' } };
      const receipt = take(batch);
      await new Promise<void>((resolve) => void world.after(world.random() * 50, resolve));
      if (world.random() < chance) throw new Error('The answer was lost.');
      return { status: 200, retryAfterSeconds: null, body: { lastSeq: server.stored.length, ...receipt } };
    },
  };
  return server;
}
