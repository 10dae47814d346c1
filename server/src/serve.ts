import { collectAtRest } from '@cobench/embedded-mongo';
import { startApp, type App } from './app.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { openDatabase } from './database.ts';
import { systemClock } from './platform/clock.ts';
import { listen, type Listening } from './platform/http/listen.ts';
import { createLog } from './platform/log.ts';

/** Starts the server on its real parts. */
async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const listening = await openPort(config);
  const database = await openDatabase(config);
  const { connection, direct } = database;
  const demo = !config.production && config.oidc.length === 0;
  const app = await startApp({ config, listening, connection, direct, log, clock: systemClock, demo });
  collectAtRest();

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
  welcome(config, app); // who is told so may end it at once: the signals are minded before
}

async function openPort(config: Config): Promise<Listening> {
  return listen(config).catch((cause: unknown) => {
    throw new ConfigError(`PORT ${config.port} on ${config.host} cannot be used: ${reason(cause)}.`, { cause });
  });
}

const reason = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'another program has it';
  if (code === 'EACCES') return 'this account may not';
  return error instanceof Error ? error.message : String(error);
};

function welcome({ publicUrl, oidc, production }: Config, { demoPeople }: App): void {
  console.log(`\nCobench is ready at ${publicUrl}`);
  if (oidc.length > 0) console.log(`People sign in through ${oidc.map(({ issuer }) => issuer).join(', ')}`);
  else if (production) console.log('People sign in with accounts of this installation.');
  else console.log(`Sign in as ${demoPeople.join(', ')}\nwith the password cobench-demo.\n`);
}

/** Until a signal ends it; where it cannot start it says why, and ends the process. */
export const serve = (): Promise<void> =>
  start().catch((error: unknown) => {
    if (error instanceof ConfigError) console.error(`Cobench did not start: ${error.message}`);
    else console.error('Cobench did not start.', error);
    process.exit(1);
  });
