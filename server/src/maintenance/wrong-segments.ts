import type { LogUpkeep } from '../realtime/collab/log-upkeep.mongo.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { sameRecords } from '../realtime/collab/segment.ts';
import type { Damage } from './replay.ts';

/** Segments that cannot be read, and records that are in both forms and say different things. */
export async function wrongSegments(upkeep: LogUpkeep, document: CollabDocument): Promise<Damage[]> {
  const wrong: Damage[] = [];
  for await (const { from, to, records } of upkeep.segments(document)) {
    if (!records) {
      wrong.push({ from, to, part: null, why: 'in a segment that is damaged' });
      continue;
    }
    for (const { seq, ...rest } of await upkeep.recent(document, { from, to })) {
      const dense = records.filter((record) => record.seq === seq);
      if (sameRecords([{ seq, ...rest }], dense)) continue;
      wrong.push({ from: seq, to: seq, part: null, why: 'says something else than its dense form' });
    }
  }
  return wrong;
}
