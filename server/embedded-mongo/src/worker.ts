import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { collectAtRest } from './collect-at-rest.ts';
import { dispatcher } from './commands/dispatch.ts';
import { startMaintenance } from './commands/maintenance.ts';
import { Cursors } from './commands/cursors.ts';
import { Sessions } from './commands/sessions.ts';
import { Engine } from './storage/engine.ts';
import { servePort } from './wire/port.ts';
import { listen } from './wire/server.ts';
import type { FromWorker, WorkerSettings } from './worker-messages.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs as a worker thread only');
const settings = workerData as WorkerSettings;
const tell = (message: FromWorker): void => port.postMessage(message);

try {
  const engine = new Engine(settings.file);
  const cursors = new Cursors();
  const sessions = new Sessions(engine, cursors);
  const server = { engine, cursors, sessions, address: '', startedAt: Date.now() };
  const answer = dispatcher(server);
  const listener = await listen(settings.place, answer, (id) => sessions.disconnected(id)).catch((error: unknown) => {
    engine.close();
    throw error;
  });
  server.address = listener.address;
  servePort(settings.port, answer);
  const stopMaintenance = startMaintenance(server, settings.ttlSeconds);
  port.once('message', () => {
    void close();
  });
  async function close(): Promise<void> {
    stopMaintenance();
    sessions.close();
    await listener.close();
    settings.port.close();
    engine.close();
    tell({ kind: 'closed' });
    port?.close();
  }

  collectAtRest();
  tell({ kind: 'listening', url: listener.url });
  flushCompileCache(); // now, since a process that is killed would leave nothing for its next start
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  port.close();
}
