import type { Connection } from 'mongoose';
import { installationChain, type Trail } from '../features/audit/index.ts';
import { KeyMissing, type KeyRing } from '../platform/keys/key-ring.ts';
import { mongoKeysInUse } from '../platform/keys/keys-in-use.mongo.ts';
import { inTransaction } from '../platform/mongo/transaction.ts';
import { keyEntries } from './key-entries.ts';
import { sealedRows, type SealedRows } from './sealed-rows.mongo.ts';

type Deps = { connection: Connection; ring: KeyRing; trail: Pick<Trail, 'record'> };
type Row = Parameters<SealedRows['anew']>[0];
type Renewed = { row: Row; renewal: NonNullable<ReturnType<SealedRows['anew']>> };
type Left = { keyName: string; chain: string; why: string };
type Outcome = { renewed: number; left: Left[]; overtaken: Left[] };

/** So often rows are looked at again that servers change while they are sealed anew. */
const mostFutile = 10;
/** So many rows between two lines of progress. */
const rowsOfBatch = 200;

/** The commands that look after master keys, on a store beside which servers may run. */
export function keyCommands({ connection, ring, trail }: Deps, batch = rowsOfBatch) {
  const inUse = mongoKeysInUse(connection);
  const sources = sealedRows(connection, ring);
  const entries = keyEntries(connection, trail);
  const { name: current } = ring.current;

  /** Once over all rows of a kind that are under another key; a line for each batch that was not done. */
  async function* renewedOnce(source: SealedRows): AsyncGenerator<string, Outcome> {
    const outcome: Outcome = { renewed: 0, left: [], overtaken: [] };
    const limit = Math.min(batch, source.mostAtOnce);
    let rows = await source.older('', limit);
    while (rows.length > 0) {
      const { renewals, left } = renewalsOf(source, rows);
      outcome.left.push(...left);
      const written = await writeAll(source, renewals);
      outcome.renewed += written.size;
      for (const { row } of renewals) {
        if (!written.has(row)) outcome.overtaken.push(leftOf(source, row, changedMeanwhile));
      }
      if (written.size > 0) yield `${source.what}: ${outcome.renewed} sealed under ${current}\n`;
      rows = await source.older(rows.at(-1)?._id ?? '', limit);
    }
    return outcome;
  }

  /** What cannot be opened stays as it is, and is told of; all else goes on. */
  function renewalsOf(source: SealedRows, rows: readonly Row[]): { renewals: Renewed[]; left: Left[] } {
    const renewals: Renewed[] = [];
    const left: Left[] = [];
    for (const row of rows) {
      let why = source.held(row);
      try {
        const renewal = why === null ? source.anew(row) : null;
        if (renewal) renewals.push({ row, renewal });
      } catch (error) {
        why = whyNot(error);
      }
      if (why !== null) left.push(leftOf(source, row, why));
    }
    return { renewals, left };
  }

  /** What is sealed anew is noted for the audit trail in the same moment; answers which were. */
  function writeAll(source: SealedRows, renewals: readonly Renewed[]): Promise<Set<Row>> {
    return inTransaction(connection, async (session) => {
      const written = new Set<Row>();
      for (const { row, renewal } of renewals) if (await source.write(row, renewal, session)) written.add(row);
      for (const [chain, rows] of Map.groupBy(written, (row) => source.chainOf(row))) {
        const from = [...new Set(rows.map((row) => source.keyName(row)))];
        const sealed = { [source.what]: rows.length };
        await entries.note({ action: 'master-key.rotate', key: current, chain, from, sealed, by: '' });
      }
      return written;
    });
  }

  /** An entry for each organisation whose things were sealed anew since the last one, whoever did it until now. */
  async function* writeEntries(left: readonly Left[]): AsyncGenerator<string> {
    const leftIn = (chain: string): number => left.filter((one) => one.chain === chain).length;
    for await (const written of entries.write('master-key.rotate', leftIn)) {
      if (written % batch === 0) yield `audit trail: ${written} written\n`;
    }
  }

  async function countsByKey(): Promise<Map<string, Map<string, number>>> {
    const counts = new Map<string, Map<string, number>>();
    for (const source of sources) {
      for await (const row of source.all()) {
        count(counts, source.keyName(row), source.what);
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
      const left: Left[] = [];
      for (const source of sources) {
        // Again until nothing new was found: servers may have written meanwhile what they had begun.
        for (let futile = 0; ; futile++) {
          const outcome = yield* renewedOnce(source);
          if (outcome.renewed > 0) futile = 0;
          if (outcome.renewed > 0 || (outcome.overtaken.length > 0 && futile < mostFutile)) continue;
          const all = [...outcome.left, ...outcome.overtaken];
          for (const { why } of all) yield `${source.what}: ${why}\n`;
          left.push(...all);
          break;
        }
      }
      yield* writeEntries(left);
      const needed = new Set(left.map(({ keyName }) => keyName));
      for (const { name } of await inUse.list()) {
        if (name === current) continue;
        if (!needed.has(name) && (await isUsed(name))) {
          // By a server that was started with the older ring.
          yield `Something was sealed under master key ${name} meanwhile: run this again when every server knows the new one.\n`;
          needed.add(name);
        }
        if (needed.has(name)) yield `Master key ${name} is still needed.\n`;
        else {
          await inUse.forget(name);
          yield `Master key ${name} is not needed any more: take it out of MASTER_KEY_PREVIOUS.\n`;
        }
      }
      if (left.length > 0) yield `${left.length} could not be sealed anew.\n`;
      if (needed.size === 0) yield `Everything is under master key ${current}.\n`;
      return needed.size === 0;
    },

    /** Gives a key up that is lost: the server starts without it, and what was sealed under it stays closed. `by`: who says so. */
    async forget(name: string, by: string): Promise<string> {
      if (ring.find(name)) throw new Error(`Master key ${name} is in the ring; rotate instead.`);
      const under = await countsUnder(name);
      const isForgotten = await inTransaction(connection, async () => {
        if (!(await inUse.forget(name))) return false;
        for (const [chain, counts] of under) {
          const sealed = Object.fromEntries(counts);
          await entries.note({ action: 'master-key.forget', key: name, chain, from: [], sealed, by });
        }
        return true;
      });
      // Also those of one who was stopped before.
      for await (const _written of entries.write('master-key.forget'));
      if (!isForgotten) throw new Error(`Master key ${name} is not in use.`);
      return `Master key ${name} is given up; what is sealed under it stays closed unless it is found again.\n`;
    },
  };

  async function isUsed(name: string): Promise<boolean> {
    const counts = await countsUnder(name);
    return [...counts.values()].some(({ size }) => size > 0);
  }

  /** How much is sealed under a key, by whose it is; the installation is always among them. */
  async function countsUnder(name: string): Promise<Map<string, Map<string, number>>> {
    const under = new Map([[installationChain, new Map<string, number>()]]);
    for (const source of sources) {
      for await (const row of source.all()) {
        if (source.keyName(row) === name) count(under, source.chainOf(row), source.what);
      }
    }
    return under;
  }
}

const leftOf = (source: SealedRows, row: Row, why: string): Left => ({
  keyName: source.keyName(row),
  chain: source.chainOf(row),
  why: `${row._id}: ${why}`,
});
const changedMeanwhile = 'it was changed in that moment; run this again';

function whyNot(error: unknown): string {
  if (error instanceof KeyMissing) return 'its master key is not in the ring';
  return error instanceof Error ? error.message : String(error);
}

function count(counts: Map<string, Map<string, number>>, of: string, what: string): void {
  const found = counts.get(of) ?? new Map<string, number>();
  counts.set(of, found.set(what, (found.get(what) ?? 0) + 1));
}
