import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { TokenBucket } from '../../platform/token-bucket.ts';
import type { RunService } from './run.service.ts';

/** What one key may send a second, and at once after a rest; each process counts for itself. */
export type IngestRates = { eventsPerSecond: number; batchesPerSecond: number };
type Deps = { rates: IngestRates; clock: Clock };
type Buckets = { events: TokenBucket; batches: TokenBucket };

/** Keys that are remembered; of more, those that rest are forgotten, which changes nothing for them. */
const mostKeys = 1000;

/**
 * The service, where each key (or session) sends no more than its share. Every door records through this, so that a key has
 * one share whichever it comes by. It is asked before anything is read: what is too much costs next to nothing.
 */
export function limitedIngest(runs: RunService, { rates, clock }: Deps): RunService {
  const keys = new Map<string, Buckets>();

  function bucketsOf({ via }: Actor, now: number): Buckets {
    const key = via.kind === 'key' ? via.keyId : via.sessionId;
    const known = keys.get(key);
    if (known) return known;
    if (keys.size >= mostKeys) forgetResting(keys, now);
    const made = {
      events: new TokenBucket(rates.eventsPerSecond, now),
      batches: new TokenBucket(rates.batchesPerSecond, now),
    };
    keys.set(key, made);
    return made;
  }

  return {
    ...runs,
    /** @throws Fault `rate.limited` where the key has sent more than its share. */
    async record(actor, batch) {
      const now = clock().getTime();
      const { events, batches } = bucketsOf(actor, now);
      const waitMs = Math.max(events.waitMs(now), batches.waitMs(now));
      if (waitMs > 0) {
        const detail = `A key may send ${rates.eventsPerSecond} events and ${rates.batchesPerSecond} batches a second.`;
        throw new Fault('rate.limited', { detail, retryAfterSeconds: Math.ceil(waitMs / 1000) });
      }
      events.take(batch.events.length, now);
      batches.take(1, now);
      return runs.record(actor, batch);
    },
  };
}

function forgetResting(keys: Map<string, Buckets>, now: number): void {
  for (const [key, { events, batches }] of keys) if (events.isFull(now) && batches.isFull(now)) keys.delete(key);
}
