import { decodeDoc } from '../bson/decode.ts';
import { MongoError } from '../language/errors.ts';
import { encodeKey, typeKeyRange } from '../language/key.ts';
import type { Collection } from '../storage/catalog.ts';
import { Direct } from '../storage/direct.ts';
import type { Index } from '../storage/index-spec.ts';
import { storageError } from '../storage/journal.ts';
import type { Plan } from '../storage/plan.ts';
import type { Server } from './command.ts';
import { forgetOldReplies } from './retries.ts';

const TICK_MS = 1000;
const FORGET_EVERY = 600;
const MAX_EXPIRED_PER_TICK = 1000;

/** Removes expired documents, and ends what clients have left open. Returns what stops it. */
export function startMaintenance(server: Server, ttlSeconds: number): () => void {
  let ticks = 0;
  const timer = setInterval(() => {
    server.cursors.expire();
    server.sessions.expire();
    if (ticks % ttlSeconds === 0) removeExpired(server);
    if (ticks % FORGET_EVERY === 0) quietly(() => server.engine.journal.write(() => forgetOldReplies(server.engine)));
    ticks++;
  }, TICK_MS).unref();
  return () => clearInterval(timer);
}

function removeExpired({ engine }: Server): void {
  for (const collection of engine.catalog.values())
    for (const index of collection.indexes)
      if (index.expireAfter !== undefined) removeFrom(new Direct(engine), engine.journal, { collection, index });
}

function removeFrom(
  direct: Direct,
  journal: Server['engine']['journal'],
  of: { collection: Collection; index: Index },
): void {
  const { collection, index } = of;
  const limit = new Date(Date.now() - (index.expireAfter ?? 0) * 1000);
  const descending = index.fields[0]?.descending ?? false;
  const dates = typeKeyRange(limit, descending);
  const key = encodeKey(limit, descending);
  const interval = descending ? { from: key, to: dates.to } : { from: dates.from, to: key };
  const plan: Plan = { kind: 'index', index, intervals: [interval], backward: false, sorted: false };
  const expired: number[] = [];
  for (const { rid } of direct.scan(collection, plan)) {
    expired.push(rid);
    if (expired.length >= MAX_EXPIRED_PER_TICK) break;
  }
  if (expired.length === 0) return;
  quietly(() =>
    journal.write(() => {
      for (const rid of expired) {
        const stored = direct.fetch(collection, rid);
        if (stored) direct.remove(collection, rid, decodeDoc(stored.bytes));
      }
    }),
  );
}

/** What a transaction holds, or a full disk prevents, is left for the next round. */
function quietly(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(storageError(error) instanceof MongoError)) throw error;
  }
}
