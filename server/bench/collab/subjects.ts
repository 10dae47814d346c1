import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collabPath } from '@cobench/shared/realtime/collab';
import { freePort } from '../../test/harness.ts';
import { end, pidOf, started } from '../child-server.ts';
import { signInPeople } from './people.ts';

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
  const people = await signInPeople(origin);

  return {
    name: 'Cobench, durable before broadcast',
    get pid() {
      return pidOf(child);
    },
    async documents(count, content) {
      const ids = await people.entries(count, content);
      return ids.map((id) => `ws://localhost:${port}${collabPath}/entry/${id}`);
    },
    headers: people.headers,
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
