import mongoose, { type Connection } from 'mongoose';

export type { Connection };

/**
 * Connects to MongoDB. Writes are acknowledged by a majority and journaled: what the product calls saved is on disk.
 * @throws where the server does not answer within five seconds.
 */
export async function connectMongo(url: string): Promise<Connection> {
  mongoose.set('strictQuery', 'throw');
  // Every query inside a transaction belongs to it, see transaction.ts.
  mongoose.set('transactionAsyncLocalStorage', true);
  return mongoose
    .createConnection(url, {
      serverSelectionTimeoutMS: 5000,
      writeConcern: { w: 'majority', journal: true },
      autoIndex: false,
    })
    .asPromise();
}

/** Makes the indexes of every model of this connection; resolves when they stand. */
export async function createIndexes(connection: Connection): Promise<void> {
  for (const model of Object.values(connection.models)) await model.createIndexes();
}

/** Whether an error is a unique index refusing a second record. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === 11000;

/** Whether this store has transactions: a replica set, or a router in front of several. */
export async function isReplicaSet(connection: Connection): Promise<boolean> {
  const hello = await connection.db?.command({ hello: 1 });
  return hello?.['setName'] !== undefined || hello?.['msg'] === 'isdbgrid';
}

/** Whether the store answers now. */
export async function storeAnswers(connection: Connection): Promise<boolean> {
  try {
    await connection.db?.command({ ping: 1 });
    return connection.db !== undefined;
  } catch {
    return false;
  }
}
