import type { LogRecord } from './log.ts';
import { sameRecords } from './segment.ts';

/** The two forms of the records of one document. */
export type Forms = {
  /** Records after a number in the form they were written in, without a hole between them; as many as make a segment. */
  recent(after: number): Promise<LogRecord[]>;
  /** The records after a number in the segment that has the next, or comes next; none where there is no such. */
  dense(after: number): Promise<LogRecord[]>;
  /** Writes a segment. */
  keep(records: readonly LogRecord[]): Promise<void>;
  /** Takes records out of the place they were written to. */
  remove(from: number, to: number): Promise<void>;
};

/**
 * Brings records into segments up to a number. Whatever was done before, and wherever it was cut short: what has no
 * segment gets one, and only what a segment was just read to say, byte for byte, is removed.
 * @throws where a record is missing, or a segment is damaged or does not say what the records say.
 */
export async function compact(forms: Forms, upTo: number): Promise<void> {
  for (let done = 0; done < upTo;) {
    const found = (await forms.recent(done)).filter(({ seq }) => seq <= upTo);
    const [first] = found;
    if (!first) return;
    const dense = await inSegment(forms, found, first.seq === done + 1);
    const same = found.slice(0, dense.length);
    if (same.length === 0 || !sameRecords(same, dense.slice(0, same.length))) {
      throw new Error(`The segment of record ${first.seq} does not say what the records say.`);
    }
    done = first.seq + same.length - 1;
    await forms.remove(first.seq, done);
  }
}

/** What the segment of these records says from the first of them on; they get one where they have none. */
async function inSegment(forms: Forms, records: readonly LogRecord[], followsOn: boolean): Promise<LogRecord[]> {
  const before = (records[0]?.seq ?? 0) - 1;
  const known = await forms.dense(before);
  if (known[0]?.seq === before + 1) return known;
  if (!followsOn && (await forms.dense(before - 1))[0]?.seq !== before) throw new Error(`Record ${before} is missing.`);
  await forms.keep(records);
  return forms.dense(before);
}
