import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

/** The product as people start it: its own process, its own port, an empty store filled with the demo. */
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
  /** Puts something between it and its store at this address; answers the address to use. */
  storeBy?: (url: string) => Promise<string>;
};

export async function startServer({ publicUrl, storeBy }: Circumstances = {}): Promise<ServerUnderTest> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'cobench-data-'));
  const store = databaseUrl(`e2e_${randomUUID().slice(0, 8)}`);
  const environment = {
    ...process.env,
    ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }),
    PORT: String(port),
    DATA_DIR: directory,
    MONGODB_URL: storeBy ? await storeBy(store) : store,
    LOG_LEVEL: 'warn',
    NODE_ENV: 'development',
  };
  let child: ChildProcess;

  const server: ServerUnderTest = {
    origin: `http://localhost:${port}`,
    async start() {
      child = spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
      await readyLine(child);
    },
    kill: async () => void (await ended(child, 'SIGKILL')),
    stop: () => ended(child, 'SIGTERM'),
  };
  await server.start();
  onTestFinished(async () => {
    await ended(child, 'SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });
  return server;
}

/** The engine of the test run, another database of it. */
function databaseUrl(name: string): string {
  const url = new URL(String(process.env['MONGODB_URL']));
  url.pathname = `/${name}`;
  return url.href;
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready.`)));
    if (!child.stdout) return reject(new Error('The server has no output.'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Cobench is ready')) resolve();
    });
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return exit;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
