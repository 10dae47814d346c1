import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Meters } from './collab/meters.ts';

/** Read when somebody asks for the metrics. */
type Watched = {
  rooms: () => number;
  /** Records of all documents that are kept one by one. */
  logRecords: () => Promise<number>;
  /** What worker threads have not answered yet, by their names. */
  workers: Readonly<Record<string, () => number>>;
};

/** The work of the rooms in numbers for Prometheus: a counter each, and what can be counted when it is asked for. */
export function collabMeters(registry: Registry): Meters {
  const registers = [registry];
  const sockets = new Gauge({
    name: 'cobench_collab_sockets',
    help: 'Connections to documents, by transport.',
    labelNames: ['transport'],
    registers,
  });
  const refused = new Counter({
    name: 'cobench_collab_refused_total',
    help: 'Connections to documents that were ended, by close code: 4400 is a malformed update, 4403 one without the right to write.',
    labelNames: ['code'],
    registers,
  });
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  const pointed = counter('cobench_collab_awareness_total', 'Cursors and presences that people sent.');
  const records = counter('cobench_collab_log_records_written_total', 'Records written to the logs of documents.');
  const bytes = counter('cobench_collab_log_bytes_written_total', 'Bytes of updates in those records.');
  const flushes = new Histogram({
    name: 'cobench_collab_flush_seconds',
    help: 'How long a write of the log took until it was durable.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  for (const transport of ['ws', 'http'] as const) sockets.set({ transport }, 0);
  return {
    opened: (transport) => sockets.inc({ transport }),
    closed: (transport) => sockets.dec({ transport }),
    refused: (code) => refused.inc({ code }),
    pointed: () => pointed.inc(),
    flushed(flush) {
      flushes.observe(flush.seconds);
      records.inc(flush.records);
      bytes.inc(flush.bytes);
    },
  };
}

/** What is counted in the moment that somebody asks. */
export function watchCollab(registry: Registry, { rooms, logRecords, workers }: Watched): void {
  const open = {
    name: 'cobench_collab_rooms',
    help: 'Documents that are open.',
    collect(this: Gauge) {
      this.set(rooms());
    },
  };
  const kept = {
    name: 'cobench_collab_log_records',
    help: 'Records of all documents that are kept one by one.',
    async collect(this: Gauge) {
      this.set(await logRecords());
    },
  };
  const waiting = {
    name: 'cobench_worker_waiting',
    help: 'Tasks that a worker thread has not answered.',
    labelNames: ['worker'],
    collect(this: Gauge) {
      for (const [worker, tasks] of Object.entries(workers)) this.set({ worker }, tasks());
    },
  };
  for (const gauge of [open, kept, waiting]) registry.registerMetric(new Gauge({ ...gauge, registers: [] }));
}
