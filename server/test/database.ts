import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { connectMongo } from '../src/platform/mongo/connect.ts';

/** An empty database of the engine under test, dropped when it is closed. */
export async function openTestDatabase(): Promise<{ connection: Connection; url: string; close(): Promise<void> }> {
  const url = new URL(String(process.env['MONGODB_URL']));
  url.pathname = `/test_${randomUUID().slice(0, 8)}`;
  const connection = await connectMongo(url.href);
  const close = async (): Promise<void> => {
    await connection.dropDatabase();
    await connection.close();
  };
  return { connection, url: url.href, close };
}
