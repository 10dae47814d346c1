import mongoose, { type ClientSession, type Connection } from 'mongoose';
import { isDuplicateKey } from './connect.ts';
import type { DirectCommand } from './direct-command.ts';

type Update = { q: object; u: object };
type Failure = { code: number; errmsg: string };
type Reply = { n?: number; writeErrors?: (Failure & { index: number })[]; writeConcernError?: Failure };
type WriteConcern = { w: 'majority'; j: true };

/**
 * Writes of many rows at once, one command each. What the driver does beside that for writes in bulk, above all walking
 * each row twice, costs more than the store itself where rows come by the thousand a second. `direct` spares what is
 * written outside of transactions the driver altogether.
 */
export function manyRows(connection: Connection, collection: string, direct: DirectCommand | null = null) {
  async function run(command: object, options: { session?: ClientSession } = {}): Promise<Reply> {
    if (!connection.db) throw new Error('There is no connection to the store.');
    return connection.db.command(command, options);
  }

  async function runWhole(command: object, session: ClientSession): Promise<Reply> {
    const reply = await run(command, { session });
    const [refused] = reply.writeErrors ?? [];
    if (refused) throw errorOf(refused);
    return reply;
  }

  return {
    /** Within a transaction. @throws MongoServerError, such as of a duplicate key */
    async insert(rows: readonly object[], session: ClientSession): Promise<void> {
      await runWhole({ insert: collection, documents: rows }, session);
    },
    /** Within a transaction; each update changes one row. Resolves with how many rows were there to be changed. */
    async update(updates: readonly Update[], session: ClientSession): Promise<number> {
      const { n } = await runWhole({ update: collection, updates }, session);
      return Number(n);
    },
    /**
     * Outside of transactions; each row by itself. Resolves with the places of those whose key was taken. Where the store is
     * gone it is not tried again, as the driver would.
     * @throws MongoServerError where the store refuses one for another reason.
     */
    async insertFree(rows: readonly object[], writeConcern: WriteConcern): Promise<ReadonlySet<number>> {
      const command = { insert: collection, ordered: false, writeConcern };
      const reply: Reply = await (direct ? direct(command, rows) : run({ ...command, documents: rows }));
      const refused = reply.writeErrors ?? [];
      const other = reply.writeConcernError ?? refused.find((one) => !isDuplicateKey(errorOf(one)));
      if (other) throw errorOf(other);
      return new Set(refused.map(({ index }) => index));
    },
  };
}

const errorOf = (failure: Failure): Error => new mongoose.mongo.MongoServerError(failure);
