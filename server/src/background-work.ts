import { inBackground } from './platform/background.ts';
import type { Log } from './platform/log.ts';
import type { Services } from './services.ts';

const everyMinute = 60_000;
const everyHour = 3_600_000;
/** How late boards may show that a calibration has expired. Whoever starts a run is told at once in any case. */
const everyFewSeconds = 5000;

type Parts = {
  services: Services;
  /** Looks whether the store of encrypted files answers. */
  lookAtStore: () => Promise<void>;
  log: Log;
};

/** Begins what is done again and again without anybody asking for it. */
export function beginBackgroundWork({ services, lookAtStore, log }: Parts): { stop(): Promise<void> } {
  const { identity, runs, calibrations, series, alerts, files, uploadSweep } = services;
  const work: [work: () => Promise<unknown>, every: number, failure: string][] = [
    [() => identity.sessions.endExpired(), everyMinute, 'expired sessions were not removed'],
    [runs.sweep, everyFewSeconds, 'batches that wait were not looked after'],
    [calibrations.passTime, everyFewSeconds, 'what is due of calibrations was not looked at'],
    [series.completeSubgroups, everyFewSeconds, 'subgroups that are complete were not looked after'],
    [alerts.passTime, everyFewSeconds, 'what time does to alerts was not looked at'],
    [async () => services.scanWaiting?.(), everyFewSeconds, 'files in quarantine were not looked through'],
    [services.moveCertificates, everyMinute, 'certificates were not moved into the file store'],
    [lookAtStore, everyFewSeconds, 'the store of encrypted files was not looked at'],
    [uploadSweep.uploads, everyMinute, 'uploads that are over were not cleared away'],
    [uploadSweep.store, everyHour, 'the file store was not swept'],
    [files.emptyTrash, everyHour, 'the trash of files was not emptied'],
    [services.dropOldPoints, everyHour, 'old points were not dropped'],
    [runs.packRest, everyMinute, 'points of runs were not packed'],
  ];
  const begun = work.map(([one, every, failure]) => inBackground(one, { every, log, failure }));
  return {
    async stop() {
      await Promise.all(begun.map((one) => one.stop()));
    },
  };
}
