import type { PastVersion } from '../../../features/history/index.ts';
import { quietMs, type PastRecord } from './rebuild.ts';

/** Who works on without a pause gets a version this often. */
export const longMs = 60 * 60_000;

type Wanted = {
  /** States that people gave a name. */
  named: ReadonlySet<number>;
  /** When it is asked: a pause that has just begun is none. Milliseconds since 1970. */
  now: number;
};

/**
 * The versions of a document, oldest first: the states before each pause, after each hour of work, before and after
 * going back, and those with a name. They follow from the log, so nothing has to be kept of them.
 */
export function versionsOf(records: readonly PastRecord[], { named, now }: Wanted): PastVersion[] {
  const versions: PastVersion[] = [];
  let workSince = records[0]?.at ?? 0;
  let open = { people: new Set<string>(), added: 0, removed: 0 };
  for (const [index, record] of records.entries()) {
    const next = records[index + 1];
    for (const person of record.people) open.people.add(person);
    open.added += record.added;
    open.removed += record.removed;
    const isQuiet = (next?.at ?? now) - record.at >= quietMs;
    const isLong = record.at - workSince >= longMs;
    if (isQuiet || isLong) workSince = next?.at ?? now;
    const isTurn = record.restored !== null || (next?.restored ?? null) !== null;
    if (!isQuiet && !isLong && !isTurn && !named.has(record.seq)) continue;
    const { seq, at, restored } = record;
    versions.push({ seq, at, restored, ...open, people: [...open.people] });
    open = { people: new Set(), added: 0, removed: 0 };
  }
  return versions;
}
