import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { collabPath } from '@cobench/shared/realtime/collab';
import { Agent } from '../../test/agent.ts';
import { call } from '../../test/call.ts';
import { freePort } from '../../test/harness.ts';

/** A running server that is measured. */
export type Subject = {
  name: string;
  readonly pid: number;
  /** Addresses of new documents, empty unless content is given. */
  documents(count: number, content?: { markdown: string }): Promise<string[]>;
  /** What a socket has to send along; writers take turns as different people. */
  headers(writer: number): Record<string, string>;
  /** SIGKILL, and a new start on the same port and store. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
};

const editors = ['engineer@acme.test', 'pi@acme.test', 'admin@acme.test'];

/** Cobench as people start it, with the demo's people, on a store of its own (`MONGODB_URL`, or the embedded engine). */
export async function startCobench({ web = 'none' }: { web?: 'none' | 'static' } = {}): Promise<Subject> {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'cobench-bench-'));
  const origin = `http://localhost:${port}`;
  const environment = {
    PORT: String(port),
    DATA_DIR: dataDir,
    WEB: web,
    LOG_LEVEL: 'warn',
    NODE_ENV: 'development',
  };
  const program = join(import.meta.dirname, '../../src/main.ts');
  const start = (): Promise<ChildProcess> => started([program], { port, environment });
  let child = await start();
  const agents = await Promise.all(editors.map((email) => new Agent(origin).signIn(email)));
  const [author] = agents;
  if (!author) throw new TypeError('Nobody signs in.');
  const { items } = await call(author, projectEndpoints.list, {});
  const projectId = items[0]?.id ?? '';
  let made = 0;

  return {
    name: 'Cobench, durable before broadcast',
    get pid() {
      return pidOf(child);
    },
    async documents(count, content) {
      const urls: string[] = [];
      for (let n = 0; n < count; n++) {
        const { id } = await call(author, notebookEndpoints.create, {
          projectId,
          title: `Bench ${++made}`,
          ...content,
        });
        urls.push(`ws://localhost:${port}${collabPath}/entry/${id}`);
      }
      return urls;
    },
    headers: (writer) => ({ origin, cookie: agents[writer % agents.length]?.cookie(collabPath) ?? '' }),
    async killAndRestart() {
      await end(child, 'SIGKILL');
      child = await start();
    },
    async stop() {
      await end(child, 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A relay that knows nothing and keeps nothing: what the machine and `ws` cost. */
export async function startRelay(): Promise<Subject> {
  const port = await freePort();
  const start = (): Promise<ChildProcess> =>
    started([join(import.meta.dirname, 'relay.ts'), String(port)], { port, environment: {} });
  let child = await start();
  let made = 0;
  return {
    name: 'bare relay, nothing kept',
    get pid() {
      return pidOf(child);
    },
    documents: (count) => Promise.resolve(Array.from({ length: count }, () => `ws://127.0.0.1:${port}/${++made}`)),
    headers: () => ({}),
    async killAndRestart() {
      await end(child, 'SIGKILL');
      child = await start();
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

type Start = { port: number; environment: Record<string, string> };

/** Resolves when the port is open: who comes then is served, at once or when the start is over. */
async function started(program: string[], { port, environment }: Start): Promise<ChildProcess> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  // A measurement that fails leaves nothing running.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  while (!(await opens(port))) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    await pause(10);
  }
  return child;
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The server did not start.');
  return pid;
}
