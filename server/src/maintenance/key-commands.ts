import type { Connection } from 'mongoose';
import { KeyMissing, type KeyRing } from '../platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../platform/keys/keys-in-use.mongo.ts';
import { sealedRows, type SealedRows } from './sealed-rows.mongo.ts';

/** So many rows between two lines of progress. */
const rowsOfBatch = 200;

type Outcome = { renewed: number; left: { keyName: string; why: string }[] };

/** The commands that look after master keys, on a store beside which servers may run. */
export function keyCommands(connection: Connection, ring: KeyRing, batch = rowsOfBatch) {
  const inUse = mongoKeysInUse(connection);
  const sources = sealedRows(connection, ring);
  const { name: current } = ring.current;

  /** Once over all rows of a kind that are under another key; a line for each batch that was not done. */
  async function* renewedOnce(source: SealedRows): AsyncGenerator<string, Outcome> {
    const outcome: Outcome = { renewed: 0, left: [] };
    let rows = await source.older('', batch);
    while (rows.length > 0) {
      const before = outcome.renewed;
      for (const row of rows) {
        const why = source.held(row) ?? (await renewalFailure(source, row, outcome));
        if (why !== null) outcome.left.push({ keyName: source.keyName(row), why: `${row._id}: ${why}` });
      }
      if (outcome.renewed > before) yield `${source.what}: ${outcome.renewed} sealed under ${current}\n`;
      rows = await source.older(rows.at(-1)?._id ?? '', batch);
    }
    return outcome;
  }

  async function renewalFailure(source: SealedRows, row: Parameters<SealedRows['anew']>[0], outcome: Outcome) {
    try {
      const anew = source.anew(row);
      if (anew && (await source.write(row, anew))) outcome.renewed++;
      return null;
    } catch (error) {
      // What cannot be opened stays as it is, and is told of; all else goes on.
      if (error instanceof KeyMissing) return 'its master key is not in the ring';
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function countsByKey(): Promise<Map<string, Map<string, number>>> {
    const counts = new Map<string, Map<string, number>>();
    for (const source of sources) {
      for await (const row of source.all()) {
        const name = source.keyName(row);
        const ofKey = counts.get(name) ?? new Map<string, number>();
        counts.set(name, ofKey.set(source.what, (ofKey.get(source.what) ?? 0) + 1));
      }
    }
    return counts;
  }

  return {
    /** Each master key that is in use, in the ring, or that something is sealed under: since when, and what. */
    async *list(): AsyncGenerator<string> {
      const [noted, counts] = [await inUse.list(), await countsByKey()];
      const since = new Map(noted.map((key) => [key.name, key.since.toISOString()]));
      for (const name of new Set([...ring.names, ...since.keys(), ...counts.keys()])) {
        const place = name === current ? 'current' : ring.find(name) ? 'previous' : 'NOT IN THE RING';
        const sealed = [...(counts.get(name) ?? [])].map(([what, count]) => `${count} ${what}`).join(', ');
        yield `${name}  ${place}, ${since.has(name) ? `in use since ${since.get(name)}` : 'not in use'}: ${sealed || 'nothing'}\n`;
      }
    },

    /**
     * Seals everything anew under the current key that is under another one, without touching a byte of a file. It can
     * be ended at any moment and run again: what is done stays done. Returns whether only the current key is needed now.
     */
    async *rotate(): AsyncGenerator<string, boolean> {
      const left: Outcome['left'] = [];
      for (const source of sources) {
        // Again until nothing new was found: servers may have written meanwhile what they had begun.
        for (;;) {
          const outcome = yield* renewedOnce(source);
          if (outcome.renewed > 0) continue;
          for (const { why } of outcome.left) yield `${source.what}: ${why}\n`;
          left.push(...outcome.left);
          break;
        }
      }
      const needed = new Set(left.map(({ keyName }) => keyName));
      for (const { name } of await inUse.list()) {
        if (name === current) continue;
        if (needed.has(name)) yield `Master key ${name} is still needed.\n`;
        else {
          await inUse.forget(name);
          yield `Master key ${name} is not needed any more: take it out of MASTER_KEY_PREVIOUS.\n`;
        }
      }
      yield left.length === 0
        ? `Everything is under master key ${current}.\n`
        : `${left.length} could not be sealed anew.\n`;
      return left.length === 0;
    },

    /** Gives a key up that is lost: the server starts without it, and what was sealed under it stays closed. */
    async forget(name: string): Promise<string> {
      if (ring.find(name)) throw new Error(`Master key ${name} is in the ring; rotate instead.`);
      await inUse.forget(name);
      return `Master key ${name} is given up; what is sealed under it stays closed unless it is found again.\n`;
    },
  };
}
