import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { startEmbeddedMongo, type EmbeddedMongo } from '../src/index.ts';

export type Running = {
  folder: string;
  file: string;
  mongo: EmbeddedMongo;
  client: MongoClient;
  db: Db;
  /** Closes the database and opens it again on the same file. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A database of its own in a temporary folder, with a client. */
export async function startRunning(options: { ttlSeconds?: number } = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
  const file = join(folder, 'data.db');
  const open = async (): Promise<Pick<Running, 'mongo' | 'client' | 'db'>> => {
    const mongo = await startEmbeddedMongo({ file, port: 0, ...options });
    const client = new MongoClient(mongo.url, { serverSelectionTimeoutMS: 5000 });
    return { mongo, client, db: client.db('test') };
  };
  const running: Running = {
    folder,
    file,
    ...(await open()),
    async restart() {
      await running.client.close();
      await running.mongo.close();
      Object.assign(running, await open());
    },
    async stop() {
      await running.client.close();
      await running.mongo.close();
      rmSync(folder, { recursive: true });
    },
  };
  return running;
}

/** The error that a call ends with. */
export async function errorOf(
  call: Promise<unknown>,
): Promise<{ code?: number | string; message: string; errorLabels?: string[] } & Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error');
}

/** Resolves when the condition holds; the test's own time limit ends the wait. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
