import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { LogRecord } from './log.ts';
import { Numbered } from './numbered.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
const version = 1;
/** Above this, brotli takes many times as long for a few hundredths of a byte per keystroke. */
const quality = 6;

/**
 * Records that follow each other, in a dense form: first everything about them in columns (times as differences, authors
 * as places in a list, lengths), then all updates end to end. One keystroke is much like the one before it, so that
 * compression leaves three to five bytes of the two dozen that an update has. Off the event loop, but for the packing.
 * @throws TypeError where there is no record, or the numbers have a hole.
 */
export function packSegment(records: readonly LogRecord[]): Promise<Uint8Array> {
  const [first] = records;
  if (!first || records.some(({ seq }, at) => seq !== first.seq + at)) {
    throw new TypeError('A segment is made of records that follow each other.');
  }
  const parts = records.flatMap((record) => record.parts);
  const authors = new Numbered<string>();
  const places = parts.map(({ personId, sessionId }) => authors.take(JSON.stringify([personId, sessionId])));
  const bytes = encoding.encode((to) => {
    for (const value of [version, first.seq, records.length, authors.all.length]) encoding.writeVarUint(to, value);
    for (const author of authors.all) encoding.writeVarString(to, author);
    let before = 0;
    for (const { at } of records) {
      encoding.writeVarInt(to, at.getTime() - before);
      before = at.getTime();
    }
    for (const record of records) encoding.writeVarUint(to, record.parts.length);
    for (const place of places) encoding.writeVarUint(to, place);
    for (const { update } of parts) encoding.writeVarUint(to, update.length);
    for (const { update } of parts) encoding.writeUint8Array(to, update);
  });
  return compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
}

/** @throws where the bytes are not, to the last one, what `packSegment` made. */
export async function unpackSegment(bytes: Uint8Array): Promise<LogRecord[]> {
  const from = decoding.createDecoder(await decompress(bytes));
  const next = (): number => decoding.readVarUint(from);
  if (next() !== version) throw new Error('A segment has a form that this version does not know.');
  const [firstSeq, count, people] = [next(), next(), next()];
  const authors = repeat(people, () => JSON.parse(decoding.readVarString(from)) as [string, string | null]);
  let at = 0;
  const times = repeat(count, () => (at += decoding.readVarInt(from)));
  const sizes = repeat(count, next);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const places = repeat(total, next);
  const lengths = repeat(total, next);
  const parts = places.map((place, part) => {
    const author = authors[place];
    if (!author) throw new Error('A segment names an author that it does not list.');
    const [personId, sessionId] = author;
    return { personId, sessionId, update: decoding.readUint8Array(from, lengths[part] ?? 0) };
  });
  if (decoding.hasContent(from)) throw new Error('Bytes follow a segment.');
  let taken = 0;
  return times.map((time, record) => {
    const start = taken;
    taken += sizes[record] ?? 0;
    return { seq: firstSeq + record, at: new Date(time), parts: parts.slice(start, taken) };
  });
}

function repeat<T>(count: number, read: () => T): T[] {
  const values: T[] = [];
  for (let left = count; left > 0; left--) values.push(read());
  return values;
}

/** Whether two lists of records say the same, byte for byte. */
export function sameRecords(one: readonly LogRecord[], other: readonly LogRecord[]): boolean {
  return one.length === other.length && one.every((record, at) => isSame(record, other[at]));
}

function isSame(one: LogRecord, other: LogRecord | undefined): boolean {
  if (one.seq !== other?.seq || one.at.getTime() !== other.at.getTime()) return false;
  return (
    one.parts.length === other.parts.length &&
    one.parts.every(({ personId, sessionId, update }, at) => {
      const part = other.parts[at];
      return personId === part?.personId && sessionId === part.sessionId && Buffer.compare(update, part.update) === 0;
    })
  );
}
