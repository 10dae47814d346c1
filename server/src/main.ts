import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { startApp, type App } from './app.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { systemClock } from './platform/clock.ts';
import { createLog } from './platform/log.ts';
import { connectMongo } from './platform/mongo/connect.ts';

/** Starts the server on its real parts; `npm start` runs this file. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const database = await openDatabase(config);
  const app = await startApp({ config, connection: database.connection, log, clock: systemClock });
  welcome(config, app);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await app.close();
    await database.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop().then(() => process.exit(0)));
  }
}

/** MongoDB where a URL names it, otherwise the embedded engine in the data folder. */
async function openDatabase({ mongodbUrl, dataDir }: Config) {
  if (mongodbUrl !== undefined) {
    const connection = await connectMongo(mongodbUrl).catch((cause: unknown) => {
      throw new ConfigError('MONGODB_URL does not answer within five seconds.', { cause });
    });
    return { connection, close: () => connection.close() };
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const engine = await startEmbeddedMongo({ file: join(dataDir, 'cobench.db'), port: 0 });
  const connection = await connectMongo(engine.url);
  const close = async (): Promise<void> => {
    await connection.close();
    await engine.close();
  };
  return { connection, close };
}

function welcome({ publicUrl, oidc }: Config, { demoPeople }: App): void {
  console.log(`\nCobench is ready at ${publicUrl}`);
  if (oidc) console.log(`People sign in through ${oidc.issuer}`);
  else console.log(`Sign in as ${demoPeople.join(', ')}\nwith the password cobench-demo.\n`);
}

await main().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(`Cobench did not start: ${error.message}`);
  else console.error('Cobench did not start.', error);
  process.exit(1);
});
