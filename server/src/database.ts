import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { ConfigError, type Config } from './config.ts';
import { connectMongo, isReplicaSet, type Connection } from './platform/mongo/connect.ts';
import { directCommand, type DirectCommand } from './platform/mongo/direct-command.ts';

export type Database = {
  connection: Connection;
  /** Null where the store is another process. */
  direct: DirectCommand | null;
  close(): Promise<void>;
};

/**
 * MongoDB where a URL names it, otherwise the embedded engine in the data folder.
 * @throws ConfigError where it does not answer, cannot do transactions, or another process has the data folder.
 */
export function openDatabase({ mongodbUrl, dataDir }: Config): Promise<Database> {
  return mongodbUrl === undefined ? openEmbedded(dataDir) : openMongo(mongodbUrl);
}

async function openMongo(url: string): Promise<Database> {
  const connection = await connectMongo(url).catch((cause: unknown) => {
    throw new ConfigError('MONGODB_URL does not answer within five seconds.', { cause });
  });
  if (!(await isReplicaSet(connection))) {
    await connection.close();
    throw new ConfigError('MONGODB_URL leads to a single server; changes that belong together need a replica set.');
  }
  return { connection, direct: null, close: () => connection.close() };
}

async function openEmbedded(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'cobench.db');
  const place = await placeFor(dataDir);
  const engine = await startEmbeddedMongo({ file, ...place }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`DATA_DIR cannot be used. ${why}`, { cause });
  });
  const connection = await connectMongo(engine.url);
  const close = async (): Promise<void> => {
    await connection.close();
    await engine.close();
  };
  return { connection, direct: directCommand(engine, connection), close };
}

/** Bytes that the path of a unix socket may have on every system. */
const longestSocketPath = 100;

/**
 * Where the engine listens: it asks nobody for a password, so it is a socket that only this account may use, in the data
 * folder, or in one of its own where that has too long a name. Windows has no such sockets.
 */
async function placeFor(dataDir: string): Promise<{ socket: string } | { port: 0 }> {
  if (process.platform === 'win32') return { port: 0 };
  const socket = resolve(dataDir, 'cobench.sock');
  if (Buffer.byteLength(socket) <= longestSocketPath) return { socket };
  return { socket: join(await mkdtemp(join(tmpdir(), 'cobench-')), 'cobench.sock') };
}
