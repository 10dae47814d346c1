import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { PortCaller } from './wire/port.ts';
import type { Place } from './wire/server.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

export { collectAtRest } from './collect-at-rest.ts';

export type EmbeddedMongoOptions = {
  /** The data file; it and its folder are made when they are missing. One process owns it. */
  file: string;
  /** How often documents are looked for that have expired by a TTL index. */
  ttlSeconds?: number;
} & Place;

export type EmbeddedMongo = {
  /** For `mongoose.connect` and `MongoClient`. */
  url: string;
  /**
   * Runs a command of this very process, without a driver and a socket. `body` is its BSON as OP_MSG has it, `$db`
   * included; `documents` the BSON of what an insert inserts. Resolves with the BSON of the reply, which may be an error,
   * when what was written is on the disk. Rejects when the database is closed before.
   */
  command(body: Uint8Array, documents: readonly Uint8Array[]): Promise<Uint8Array>;
  /** Resolves when everything acknowledged is in the file and the file is free for another owner. */
  close(): Promise<void>;
};

const TTL_SECONDS = 30;

/**
 * Where the worker's code is kept compiled. It halves the start, and spares the worker Node's WebAssembly that takes
 * types away, which under load has been seen to bring the process down (in `Runtime_TierUpWasmToJSWrapper`).
 */
const COMPILE_CACHE = join(import.meta.dirname, '../node_modules/.cache/compile');

/**
 * Starts the database in a worker thread, on a unix socket or a port of this machine (0: any free one). Rejects with a
 * message for people when the file is in use, is not a database, or cannot be written, or when the place is taken.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const place: Place = 'socket' in options ? { socket: options.socket } : { port: options.port };
  const { port1: here, port2: port } = new MessageChannel();
  const workerData: WorkerSettings = { file: options.file, place, ttlSeconds: options.ttlSeconds ?? TTL_SECONDS, port };
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env };
  const settings = { workerData, transferList: [port], env, name: 'embedded-mongo' };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), settings);
  const caller = new PortCaller(here);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('error', reject); // later errors are nobody's to handle: the process ends, as it must without its data
    worker.once('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(message.url);
      else reject(new Error(message.kind === 'failed' ? message.message : 'the database closed at once'));
    });
  });
  worker.removeAllListeners('error');
  return {
    url,
    command: (body, documents) => caller.call(body, documents),
    async close() {
      worker.postMessage({ kind: 'close' } satisfies ToWorker, []);
      await exited;
    },
  };
}
