import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { startEmbeddedMongo } from '@cobench/embedded-mongo';
import { connectMongo, type Connection } from '../../src/platform/mongo/connect.ts';
import { Agent } from '../../test/agent.ts';
import { call } from '../../test/call.ts';
import { freePort } from '../../test/harness.ts';
import { end, pidOf, started } from '../child-server.ts';

/** A running server that takes batches at the same address as the product. */
export type House = {
  name: string;
  origin: string;
  pid: number;
  /** What a sender shows. */
  headers: Record<string, string>;
  /** Paths of new runs that take events. */
  runs(count: number): Promise<string[]>;
  stop(): Promise<void>;
};
export type Cobench = House & { person: Agent; projectId: string; connection(): Promise<Connection> };

const environment = (port: number, dataDir: string, web = 'none'): Record<string, string> => ({
  PORT: String(port),
  DATA_DIR: dataDir,
  WEB: web,
  LOG_LEVEL: 'warn',
  NODE_ENV: 'development',
  INGEST_EVENTS_PER_SECOND: '1000000',
  INGEST_BATCHES_PER_SECOND: '100000',
});

/** The product in one process with the embedded engine, as `npm start` has it. */
export async function startCobench({ ownEngine = true, web = 'none' } = {}): Promise<Cobench> {
  const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'cobench-bench-'))]);
  // Where a part fills the store by hand, the engine is in this process and not beside the server.
  const engine = ownEngine ? null : await startEmbeddedMongo({ file: join(directory, 'store.db'), port: 0 });
  const url = engine && Object.assign(new URL(engine.url), { pathname: '/bench' }).href;
  const env = { ...environment(port, directory, web), ...(url !== null && { MONGODB_URL: url }) };
  const server = await started([join(import.meta.dirname, '../../src/main.ts')], { port, environment: env });
  const origin = `http://localhost:${port}`;
  const person = await new Agent(origin).signIn('admin@acme.test');
  const { secret } = await call(person, identityEndpoints.createApiKey, { name: 'Bench' });
  const { id: projectId } = await call(person, projectEndpoints.create, { name: 'Bench' });
  return {
    name: 'Cobench',
    origin,
    pid: pidOf(server),
    headers: { authorization: `Bearer ${secret}` },
    person,
    projectId,
    connection: () => connectMongo(String(url)),
    async runs(count) {
      const made = Array.from({ length: count }, async (_, n) => {
        const { id } = await call(person, runEndpoints.create, { projectId, name: `Run ${n}` });
        await call(person, runEndpoints.start, { id });
        return `/api/v1/runs/${id}/events`;
      });
      return Promise.all(made);
    },
    stop: () => stopped(server, directory, engine),
  };
}

export async function startBare(): Promise<House> {
  const [port, directory] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'cobench-bench-'))]);
  const program = [join(import.meta.dirname, 'bare.ts'), String(port), directory];
  const server = await started(program, { port, environment: environment(port, directory) });
  return {
    name: 'bare endpoint',
    origin: `http://127.0.0.1:${port}`,
    pid: pidOf(server),
    headers: {},
    runs: async (count) => Array.from({ length: count }, (_, n) => `/api/v1/runs/${n}/events`),
    stop: () => stopped(server, directory, null),
  };
}

async function stopped(server: ChildProcess, directory: string, engine: { close(): Promise<void> } | null) {
  await end(server, 'SIGKILL');
  await engine?.close();
  await rm(directory, { recursive: true, force: true });
}
