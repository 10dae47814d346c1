import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { startApp } from '../src/app.ts';
import { readConfig, type Config } from '../src/config.ts';
import { systemClock, type Clock } from '../src/platform/clock.ts';
import { listen } from '../src/platform/http/listen.ts';
import { createLog } from '../src/platform/log.ts';
import type { ObjectStore } from '../src/platform/storage/object-store.ts';
import { Agent } from './agent.ts';
import { openTestDatabase } from './database.ts';

export type TestApp = {
  origin: string;
  config: Config;
  connection: Connection;
  /** A person signed in through the real provider; one session per address and test app. */
  as(email: string): Promise<Agent>;
  /** A browser of its own for the same person. */
  signIn(email: string): Promise<Agent>;
  close(): Promise<void>;
};

type Options = {
  config?: Partial<Config>;
  clock?: Clock;
  demo?: boolean;
  guessLimits?: { perAddress: number; perAccount: number };
  objects?: ObjectStore;
  /** What is done to the store before anything is started on it. */
  before?: (parts: { config: Config; connection: Connection }) => Promise<void>;
};

/** The whole product on a port and a database of its own, without the demo's records unless asked for. */
export async function startTestApp({
  config: over,
  clock = systemClock,
  demo = false,
  before,
  ...given
}: Options = {}): Promise<TestApp> {
  const [database, port, dataDir] = await Promise.all([
    openTestDatabase(),
    freePort(),
    mkdtemp(join(tmpdir(), 'cobench-app-')),
  ]);
  const environment = { PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'silent', WEB: 'none', NODE_ENV: 'test' };
  const config = { ...readConfig(environment), ...over };
  await before?.({ config, connection: database.connection });
  const listening = await listen(config);
  const log = createLog(config.logLevel);
  const app = await startApp({ config, listening, connection: database.connection, log, clock, demo, ...given });
  if (clock !== systemClock) await keepWhatExpires(database.connection);
  const sessions = new Map<string, Promise<Agent>>();

  async function signIn(email: string): Promise<Agent> {
    const agent = new Agent(config.publicUrl);
    await agent.signIn(email);
    return agent;
  }

  return {
    origin: config.publicUrl,
    config,
    connection: database.connection,
    signIn,
    as(email) {
      const session = sessions.get(email) ?? signIn(email);
      sessions.set(email, session);
      return session;
    },
    async close() {
      await app.close();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The store removes what has expired by its own clock: under another one that would be what has only just begun. */
async function keepWhatExpires({ models }: Connection): Promise<void> {
  for (const { schema, collection } of Object.values(models)) {
    for (const [fields, { expireAfterSeconds }] of schema.indexes()) {
      if (expireAfterSeconds !== undefined) await collection.dropIndex(`${Object.keys(fields).join()}_1`);
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
