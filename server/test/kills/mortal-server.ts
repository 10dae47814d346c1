import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, started } from '../../bench/child-server.ts';
import { Agent } from '../agent.ts';
import { freePort } from '../harness.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** The product as people start it, on the engine it brings along, in a process that can be killed. */
export class MortalServer {
  readonly origin: string;
  readonly #start: Parameters<typeof started>[1];
  readonly #directory: string;
  readonly #agents = new Map<string, Promise<Agent>>();
  #child: ChildProcess | null = null;

  private constructor(port: number, directory: string) {
    this.origin = `http://localhost:${port}`;
    this.#directory = directory;
    const settings = {
      DATA_DIR: directory,
      MONGODB_URL: '',
      WEB: 'none',
      LOG_LEVEL: 'silent',
      NODE_ENV: 'development',
    };
    this.#start = { port, environment: { PORT: String(port), ...settings } };
  }

  static async open(): Promise<MortalServer> {
    const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'cobench-kills-'))]);
    const server = new MortalServer(port, directory);
    await server.start();
    return server;
  }

  /** A person signed in through the real provider; the session outlives the process. */
  as = (email: string): Promise<Agent> => {
    const agent = this.#agents.get(email) ?? new Agent(this.origin).signIn(email);
    this.#agents.set(email, agent);
    return agent;
  };

  /** Starts on the same port and store; who asks from now on is answered when it is ready. */
  async start(): Promise<void> {
    this.#child = await started([main], this.#start);
  }

  /** SIGKILL: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    if (this.#child) await end(this.#child, 'SIGKILL');
    this.#child = null;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
