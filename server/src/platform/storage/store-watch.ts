import { Gauge, type Registry } from 'prom-client';
import type { Log } from '../log.ts';
import type { ObjectStore } from './object-store.ts';

type Deps = { store: Pick<ObjectStore, 'list'>; metrics: Registry; log: Pick<Log, 'warn' | 'info'> };

/**
 * Knows whether the object store answered when it was last asked. Without it there are no files, but everything else: the
 * process stays ready.
 */
export function storeWatch({ store, metrics, log }: Deps) {
  let answers = true;
  const up = new Gauge({
    name: 'cobench_object_store_up',
    help: 'Whether the store of the encrypted files answered when it was last asked: 1 or 0.',
    registers: [metrics],
  });
  up.set(1);
  return {
    answers: (): boolean => answers,
    async look(): Promise<void> {
      const before = answers;
      try {
        // The smallest question that also says whether the bucket is there.
        for await (const _ of store.list('none/')) break;
        answers = true;
        if (!before) log.info('the store of encrypted files answers again');
      } catch (err) {
        answers = false;
        if (before) log.warn({ err }, 'the store of encrypted files does not answer');
      }
      up.set(answers ? 1 : 0);
    },
  };
}
