import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { LogRecord } from '../log.ts';
import { Numbered } from '../numbered.ts';
import { spaceFor } from '../record-bytes.ts';
import { encodeSized } from '../sized-encoding.ts';

/**
 * Records on their way to a thread, as one piece of bytes: thousands of small ones would be copied one by one, on the
 * event loop. They follow each other; the first is number `after` + 1.
 */
export type PackedRecords = { after: number; people: string[]; bytes: Uint8Array };

export function packRecords(after: number, records: readonly LogRecord[]): PackedRecords {
  const people = new Numbered<string>();
  const space = records.reduce((sum, { parts }) => sum + spaceFor(parts) + 8, 0);
  const bytes = encodeSized(space, (to) => {
    for (const { parts } of records) {
      encoding.writeVarUint(to, parts.length);
      for (const { personId, update } of parts) {
        encoding.writeVarUint(to, people.take(personId));
        encoding.writeVarUint8Array(to, update);
      }
    }
  });
  return { after, people: [...people.all], bytes };
}

/** The updates of the records after a number, with who wrote each. */
export function* unpackedAfter(
  { after, people, bytes }: PackedRecords,
  seq: number,
): Generator<{ personId: string; update: Uint8Array }> {
  const from = decoding.createDecoder(bytes);
  for (let at = after + 1; decoding.hasContent(from); at++) {
    for (let left = decoding.readVarUint(from); left > 0; left--) {
      const personId = people[decoding.readVarUint(from)] ?? '';
      const update = decoding.readVarUint8Array(from);
      if (at > seq) yield { personId, update };
    }
  }
}
