import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** One change as it was stored. `person` is an index into the people that come with it, `at` milliseconds since 1970. */
export type StoredChange = { seq: number; at: number; person: number; update: Uint8Array };

/** Changes in few bytes: numbers and times as differences to the change before. */
export function encodeChanges(changes: readonly StoredChange[]): Uint8Array {
  const encoder = encoding.createEncoder();
  let last = { seq: 0, at: 0 };
  for (const change of changes) {
    encoding.writeVarUint(encoder, change.seq - last.seq);
    encoding.writeVarInt(encoder, change.at - last.at);
    encoding.writeVarUint(encoder, change.person);
    encoding.writeVarUint8Array(encoder, change.update);
    last = change;
  }
  return encoding.toUint8Array(encoder);
}

/** @throws where the bytes are not such changes. */
export function decodeChanges(bytes: Uint8Array): StoredChange[] {
  const decoder = decoding.createDecoder(bytes);
  const changes: StoredChange[] = [];
  let [seq, at] = [0, 0];
  while (decoding.hasContent(decoder)) {
    seq += decoding.readVarUint(decoder);
    at += decoding.readVarInt(decoder);
    const person = decoding.readVarUint(decoder);
    changes.push({ seq, at, person, update: decoding.readVarUint8Array(decoder) });
  }
  return changes;
}
