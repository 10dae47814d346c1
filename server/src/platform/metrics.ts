import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * What the process costs, under the names that dashboards know. Delays are those since they were last read: seconds that
 * the event loop was late.
 */
export function meterProcess(registry: Registry): { stop(): void } {
  const registers = [registry];
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();

  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const p50 = gauge('nodejs_eventloop_lag_p50_seconds', 'Half of the time the event loop was at most this late.');
  const p99 = gauge('nodejs_eventloop_lag_p99_seconds', 'Of a hundred times, 99 the event loop was at most this late.');
  const max = gauge('nodejs_eventloop_lag_max_seconds', 'The latest the event loop was.');
  const heap = gauge('nodejs_heap_size_used_bytes', 'Bytes that the process uses of its heap.');
  const memory = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Bytes of memory that the process has.',
    registers: [],
    // Sets all of the above: they are of one moment.
    collect() {
      const { rss, heapUsed } = process.memoryUsage();
      this.set(rss);
      heap.set(heapUsed);
      p50.set(late(delay.percentile(50)));
      p99.set(late(delay.percentile(99)));
      max.set(late(delay.max));
      delay.reset();
    },
  });
  const processor = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Seconds of processor time that the process has used.',
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  for (const metric of [memory, processor]) registry.registerMetric(metric);
  return { stop: () => void delay.disable() };
}

/** Milliseconds between two looks at the event loop. */
const resolution = 10;

/** Node tells the nanoseconds from one look to the next, which are never less than the time it was asked to wait. */
const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolution / 1000);
