import type { LogRecord } from '../realtime/collab/log.ts';
import type { Reason } from '../realtime/collab/log-upkeep.mongo.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { replay, type Damage } from './replay.ts';
import type { Sources } from './verify.ts';

/**
 * Sets aside whatever in the log of a document cannot be read or built upon, so that it opens again with everything
 * else. Nothing is destroyed: the original goes, byte for byte, into a collection of its own, with the reason.
 *
 * Where a segment of old records cannot be read but a later state is stored, that state takes its place: no text is lost
 * then, only who wrote it.
 */
export async function repair(
  { log, upkeep }: Sources,
  document: CollabDocument,
  { by, at }: Omit<Reason, 'why'>,
): Promise<Damage[]> {
  const done: Damage[] = [];
  for (;;) {
    const found: Damage[] = [];
    await replay({ log, upkeep }, document, { damage: (damage) => found.push(damage) });
    // One record at a time: what could not be built upon may be good once what comes before it is mended.
    const [first] = found;
    if (!first) return done;
    const { seq, why } = first;
    const parts = found.filter((damage) => damage.seq === seq).map(({ part }) => part);
    await upkeep.replace(document, await replacements(seq, parts), { why: `${why} (record ${seq})`, by, at });
    done.push(first);
  }

  async function replacements(seq: number, parts: readonly (number | null)[]): Promise<LogRecord[]> {
    if (!parts.includes(null)) {
      const [record] = await log.records(document, { after: seq - 1, limit: 1 });
      return record ? [{ ...record, parts: record.parts.filter((_part, place) => !parts.includes(place)) }] : [];
    }
    const end = await upkeep.endOfUnreadable(document, seq);
    const empty = Array.from({ length: end - seq + 1 }, (_, place): LogRecord => ({ seq: seq + place, at, parts: [] }));
    const snapshot = await log.load(document).then(
      (loaded) => loaded.snapshot,
      () => null,
    );
    const last = empty.at(-1);
    if (!last || !snapshot || snapshot.seq < end) return empty;
    const sessionId = `repair:${snapshot.seq}`;
    return [...empty.slice(0, -1), { ...last, parts: [{ personId: by, sessionId, update: snapshot.state }] }];
  }
}
