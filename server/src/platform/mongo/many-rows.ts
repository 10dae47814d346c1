import mongoose, { type ClientSession, type Connection } from 'mongoose';

type Update = { q: object; u: object };

/**
 * Writes of many rows at once, one command each, within a transaction. What the driver does beside that for writes in bulk,
 * above all walking each row twice, costs more than the store itself where rows come by the thousand a second.
 */
export function manyRows(connection: Connection, collection: string) {
  async function run(command: object, session: ClientSession): Promise<Record<string, unknown>> {
    if (!connection.db) throw new Error('There is no connection to the store.');
    const reply = await connection.db.command(command, { session });
    const [refused] = (reply['writeErrors'] ?? []) as { code: number; errmsg: string }[];
    if (refused) throw new mongoose.mongo.MongoServerError(refused);
    return reply;
  }

  return {
    /** @throws MongoServerError, such as of a duplicate key */
    async insert(rows: readonly object[], session: ClientSession): Promise<void> {
      await run({ insert: collection, documents: rows }, session);
    },
    /** Each update changes one row; resolves with how many rows were there to be changed. */
    async update(updates: readonly Update[], session: ClientSession): Promise<number> {
      const { n } = await run({ update: collection, updates }, session);
      return Number(n);
    },
  };
}
