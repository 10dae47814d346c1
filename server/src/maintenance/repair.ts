import { nobody, type LogRecord } from '../realtime/collab/log.ts';
import type { Reason } from '../realtime/collab/log-upkeep.mongo.ts';
import type { CollabDocument } from '../realtime/collab/peer.ts';
import { sameRecords } from '../realtime/collab/segment.ts';
import { replay, type Damage, type LogSources } from './replay.ts';

/**
 * Sets aside whatever in the log of a document cannot be read or built upon, so that it opens again with everything
 * else. Nothing is destroyed: the original goes, byte for byte, into a collection of its own, with the reason.
 *
 * A record that is in both forms comes back from the one that is good. Where records are lost but a later state is stored,
 * that state takes their place: no text is lost then, only who wrote it.
 */
export async function repair(
  { log, upkeep }: LogSources,
  document: CollabDocument,
  { by, at }: Omit<Reason, 'why'>,
): Promise<Damage[]> {
  const done: Damage[] = [];
  for (;;) {
    const found: Damage[] = [];
    await replay({ log, upkeep }, document, { damage: (damage) => found.push(damage) });
    // One at a time: what could not be built upon may be good once what comes before it is mended.
    const first = found.toSorted((one, other) => one.from - other.from)[0];
    if (!first) return done;
    const { from, to, part, why } = first;
    if (done.some((one) => one.from === from && one.part === part)) throw new Error(`Record ${from} stays damaged.`);
    const parts = found.filter((damage) => damage.from === from).map((damage) => damage.part);
    const replacements = part === null ? await replacementsOf(first) : await without(from, parts);
    await upkeep.mend(document, { from, to, replacements }, { why: `Record ${from}: ${why}`, by, at });
    done.push(first);
  }

  async function without(seq: number, parts: readonly (number | null)[]): Promise<LogRecord[]> {
    const [record] = await log.records(document, { after: seq - 1, limit: 1 });
    return record ? [{ ...record, parts: record.parts.filter((_part, place) => !parts.includes(place)) }] : [];
  }

  async function replacementsOf({ from, to }: Damage): Promise<LogRecord[]> {
    const recent = new Map((await upkeep.recent(document, { from, to })).map((record) => [record.seq, record]));
    const known = new Map(recent);
    for await (const { records } of upkeep.segments(document)) {
      for (const record of records ?? []) known.set(record.seq, record);
    }
    const { snapshot } = await upkeep.storedState(document);
    const lost = numbers(from, to).filter((seq) => !known.has(seq));
    const last = lost.at(-1);
    for (const seq of lost) known.set(seq, { seq, at, parts: [] });
    if (snapshot && last !== undefined && snapshot.seq >= last) {
      const part = { personId: nobody, sessionId: `repair:${snapshot.seq}`, update: snapshot.state };
      known.set(last, { seq: last, at, parts: [part] });
    }
    const wanted = numbers(from, to).flatMap((seq) => known.get(seq) ?? []);
    return wanted.filter(
      (record) =>
        !sameRecords(
          [record],
          [recent.get(record.seq)].flatMap((one) => one ?? []),
        ),
    );
  }
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, place) => from + place);
