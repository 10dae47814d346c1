import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { collabPath } from '@cobench/shared/realtime/collab';
import { Agent } from '../../test/agent.ts';
import { call } from '../../test/call.ts';
import { freePort } from '../../test/harness.ts';
import { end, pidOf, started } from '../child-server.ts';

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
