import type { EmbeddedMongo } from '@cobench/embedded-mongo';
import mongoose, { type Connection } from 'mongoose';

const { BSON, MongoServerError } = mongoose.mongo;

/**
 * Runs a command in the embedded store of this process; `documents` is what it inserts. The driver and its socket take
 * longer for a small write than the store.
 * @throws MongoServerError where the store refuses the command as a whole.
 */
export type DirectCommand = (command: object, documents: readonly object[]) => Promise<object>;

/** In the database that a connection to the same store has open. */
export function directCommand(
  engine: Pick<EmbeddedMongo, 'command'>,
  { name }: Pick<Connection, 'name'>,
): DirectCommand {
  return async (command, documents) => {
    const rows = documents.map((document) => BSON.serialize(document));
    const reply = BSON.deserialize(await engine.command(BSON.serialize({ ...command, $db: name }), rows));
    if (reply['ok'] !== 1) throw new MongoServerError(reply);
    return reply;
  };
}
