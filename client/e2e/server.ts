import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { onTestFinished } from 'vitest';
import { freePort, Program } from './program.ts';

/** The product as people start it: its own process, its own port, a store of its own with the demo in it. */
export type ServerUnderTest = {
  origin: string;
  /** SIGKILL: no goodbye, nothing flushed. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM: a graceful shutdown. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Starts again on the same port and store. Resolves when it answers. */
  start(): Promise<void>;
};

type Circumstances = {
  /** Where browsers reach it, if not directly. */
  publicUrl?: string;
  /** Its store is another process at this address, with whatever this puts in between; answers the address to use. */
  storeBy?: (url: string) => Promise<string>;
};

export async function startServer({ publicUrl, storeBy }: Circumstances = {}): Promise<ServerUnderTest> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'cobench-data-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(String(process.env['DEMO_DIRECTORY']), directory, { recursive: true });
  const program = new Program({
    PORT: String(port),
    DATA_DIR: directory,
    ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }),
    ...(storeBy && { MONGODB_URL: await storeBy(await storeApart(directory)) }),
  });
  onTestFinished(async () => void (await program.end('SIGKILL')));
  await program.start();
  return {
    origin: `http://localhost:${port}`,
    start: () => program.start(),
    kill: async () => void (await program.end('SIGKILL')),
    stop: () => program.end('SIGTERM'),
  };
}

/** Opens the store of a data folder outside of the server; answers where. */
async function storeApart(directory: string): Promise<string> {
  const engine = await startEmbeddedMongo({ file: join(directory, 'cobench.db'), port: 0 });
  onTestFinished(() => engine.close());
  return engine.url;
}
