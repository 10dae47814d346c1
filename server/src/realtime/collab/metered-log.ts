import { bytesIn, type DocumentLog } from './log.ts';
import type { Meters } from './meters.ts';

/** The same log, with its writes told to the meters. */
export const meteredLog = (log: DocumentLog, meters: Pick<Meters, 'flushed'>): DocumentLog => ({
  ...log,
  async append(records) {
    const start = performance.now();
    const outcomes = await log.append(records);
    const seconds = (performance.now() - start) / 1000;
    const written = records.filter((_, at) => outcomes[at] === 'written');
    const bytes = written.reduce((sum, { record }) => sum + bytesIn(record), 0);
    meters.flushed({ seconds, records: written.length, bytes });
    return outcomes;
  },
});
