import { Gauge, type Registry } from 'prom-client';
import type { LiveLoad } from './live/index.ts';

/** The live connections in numbers for Prometheus, counted when somebody asks. */
export function watchLive(registry: Registry, load: () => LiveLoad): void {
  const registers = [registry];
  const behind = new Gauge({
    name: 'cobench_live_behind',
    help: 'Live connections that do not take what they are sent as fast as it comes.',
    registers,
  });
  const waiting = new Gauge({
    name: 'cobench_live_waiting_characters',
    help: 'The most characters that wait for one live connection to take them.',
    registers,
  });
  void new Gauge({
    name: 'cobench_live_connections',
    help: 'Live connections of browsers in which somebody is signed in.',
    registers,
    // Sets all of the above: they are of one moment.
    collect() {
      const now = load();
      this.set(now.connections);
      behind.set(now.behind);
      waiting.set(now.waiting);
    },
  });
}
