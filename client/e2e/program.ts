import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

/** The product as people start it: a process of its own. */
export class Program {
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;

  constructor(environment: NodeJS.ProcessEnv) {
    const { MONGODB_URL: _, ...inherited } = process.env;
    this.#environment = { ...inherited, LOG_LEVEL: 'warn', NODE_ENV: 'development', ...environment };
  }

  /** Resolves when it says that it is ready; rejects when it ends before. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main], { env: this.#environment, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The server ended with code ${code} before it was ready.`)));
      lines.on('line', (line) => {
        if (line.includes('Cobench is ready')) resolve();
      });
    });
  }

  /** Resolves with the exit code when the process is gone. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return exit;
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
