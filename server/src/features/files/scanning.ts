import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';
import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import { ScannerUnavailable, type Scanner, type Verdict } from '../../platform/clamd.ts';
import type { FileKeys } from '../../platform/keys/file-keys.ts';
import type { Log } from '../../platform/log.ts';
import { openSealed } from '../../platform/sealed-files/open-sealed.ts';
import { StoreUnavailable, type ObjectStore } from '../../platform/storage/object-store.ts';
import type { Trail } from '../audit/index.ts';
import type { KeptVersion } from './file.repo.ts';
import type { Judged, ScanRepo } from './scan.repo.ts';
import { toldOf } from './told.ts';
import { shownFiles, type NamesOf } from './uploaders.ts';

type Deps = {
  repo: ScanRepo;
  objects: Pick<ObjectStore, 'read'>;
  keys: Pick<FileKeys, 'open'>;
  scanner: Scanner;
  people: { namesOf: NamesOf };
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  log: Pick<Log, 'warn' | 'error'>;
};

/** Whoever looks through a version has it to themselves for so long, and says again that they have while they do. */
const ownFor = 5 * 60_000;
const sayAgainEvery = 60_000;
/** One that could not be read is tried again after this, so that it does not stand in the way of others. */
const tryAgainAfter = 60 * 60_000;

/**
 * Lets a malware scanner look at the versions that wait in quarantine, one at a time in each process. Where scanner or
 * store do not answer, all of them wait on; a version that cannot be read waits by itself. What the scanner finds stays
 * in quarantine, with an entry in the audit trail; what is larger than it takes is let out as not scanned.
 */
export function fileScanning({ repo, objects, keys, scanner, people, trail, events, clock, log }: Deps) {
  const later = (ms: number): Date => new Date(clock().getTime() + ms);

  async function verdictOf(kept: KeptVersion): Promise<Verdict> {
    const { stored } = kept;
    const still = setInterval(() => {
      repo.keep(kept, later(ownFor)).catch((err: unknown) => log.warn({ err }, 'a scan could not be held on to'));
    }, sayAgainEvery);
    try {
      const key = keys.open(stored);
      return await scanner.scan(openSealed({ key, stored }, null, (range) => objects.read(stored.objectKey, range)));
    } finally {
      clearInterval(still);
    }
  }

  async function judge(kept: KeptVersion, verdict: Verdict): Promise<Judged> {
    const { orgId, fileId } = kept.stored;
    switch (verdict.is) {
      case 'clean':
        return repo.judge(kept, 'clean');
      case 'too large':
        log.warn({ orgId, fileId, size: kept.size }, 'a file is larger than the malware scanner takes');
        return repo.judge(kept, 'unscanned');
      case 'infected':
        return trail.record({ orgId, outside: 'system', name: 'Cobench' }, 'file.quarantine', {
          reason: `The malware scanner found ${verdict.by} in version ${kept.number}.`,
          change: () => repo.judge(kept, 'infected'),
          told: ({ file }) => toldOf(file),
        });
      default:
        return verdict satisfies never;
    }
  }

  async function tell(orgId: string, judged: Judged): Promise<void> {
    if (!judged) return;
    const [file] = await shownFiles([judged.file], people.namesOf);
    if (file) await events.publish({ type: 'file.changed', orgId, file });
  }

  return {
    /** Looks at all that waits and nobody else looks at. @throws ScannerUnavailable, StoreUnavailable: all of it waits on. */
    async scanWaiting(): Promise<void> {
      for (;;) {
        const kept = await repo.take(clock(), later(ownFor));
        if (!kept) return;
        try {
          await tell(kept.stored.orgId, await judge(kept, await verdictOf(kept)));
        } catch (err) {
          const isAway = err instanceof ScannerUnavailable || err instanceof StoreUnavailable;
          await repo.keep(kept, isAway ? clock() : later(tryAgainAfter));
          if (isAway) throw err;
          const { fileId, version } = kept.stored;
          log.error({ err, fileId, version }, 'a file could not be looked through; it stays in quarantine');
        }
      }
    },
  };
}

/** How many versions wait, asked when somebody reads the metrics. */
export function meterScans(metrics: Registry, { waiting }: Pick<ScanRepo, 'waiting'>): void {
  const gauge = new Gauge({
    name: 'cobench_files_waiting_for_scan',
    help: 'Versions of files that are in quarantine until the malware scanner has looked at them.',
    registers: [metrics],
    async collect() {
      gauge.set(await waiting());
    },
  });
}
