import type { Readable } from 'node:stream';
import type { ByteRange } from '../storage/object-store.ts';
import {
  headerOf,
  partOffset,
  partSegments,
  passKey,
  passOf,
  sealedSegmentBytes,
  sealedSize,
  segmentBytes,
  segmentOffset,
  segmentsOf,
  tagBytes,
} from './layout.ts';
import { piecesOf } from './pieces.ts';
import { SealBroken } from './seal-broken.ts';
import { openSegment } from './segment.ts';
import type { StoredFile } from './stored-file.ts';

/** Reads the object; `size` is that of all of it. Nobody else looks at the chunks that come. */
type Read = (range: ByteRange) => Promise<{ size: number; body: Readable }>;
type Sealed = { key: Uint8Array; stored: Pick<StoredFile, 'orgId' | 'fileId' | 'version' | 'passes' | 'size'> };

/**
 * The plain bytes of a range (all of them where it is null), each segment authenticated before a byte of it is given
 * away, and the taker's alone. What lies before and behind the segments of the range is not read, but the object's size is always checked.
 * @throws SealBroken, and whatever `read` throws. RangeError where the file has no such range.
 */
export async function* openSealed(
  { key, stored }: Sealed,
  range: ByteRange | null,
  read: Read,
): AsyncGenerator<Buffer, void, undefined> {
  const { size, passes } = stored;
  const { from, to } = range ?? { from: 0, to: size };
  if (!(from >= 0 && from <= to && to <= size)) throw new RangeError(`No bytes ${from} to ${to} in ${size}.`);
  if (from === to && size > 0) return;
  const first = Math.floor(from / segmentBytes);
  const last = Math.max(first, Math.ceil(to / segmentBytes) - 1);
  const end = Math.min(segmentOffset(last) + sealedSegmentBytes, sealedSize(size));
  const object = await read({ from: startOf(first), to: end });
  try {
    if (object.size !== sealedSize(size)) throw new SealBroken(`The object has ${object.size} bytes.`);
    const header = headerOf(stored);
    const pieces = piecesOf(object.body);
    const lastOfFile = segmentsOf(size) - 1;
    let passHere = passOf(passes, Math.floor(first / partSegments));
    let passKeyHere = passHere && passKey(key, passHere);
    for (let index = first; index <= last; index++) {
      if (index % partSegments === 0) {
        const part = index / partSegments;
        if (part === 0) await expectBytes(pieces, header, 'The header is not that of this file.');
        const pass = passOf(passes, part);
        if (pass !== passHere) [passHere, passKeyHere] = [pass, pass && passKey(key, pass)];
        if (pass) await expectBytes(pieces, pass.salt, `Part ${part} is of another pass.`);
      }
      if (!passKeyHere) throw new SealBroken('Nothing tells which pass sealed it.');
      const isLast = index === lastOfFile;
      const sealed = await pieces((isLast ? size - index * segmentBytes : segmentBytes) + tagBytes);
      const plain = openSegment(sealed, { key: passKeyHere, header, index, isLast });
      const start = index * segmentBytes;
      const wanted = plain.subarray(Math.max(0, from - start), Math.min(plain.length, to - start));
      if (wanted.length > 0) yield wanted;
    }
  } finally {
    object.body.destroy();
  }
}

/** What stands in front of the first segment of a part is read with it. */
function startOf(segment: number): number {
  return segment % partSegments === 0 ? partOffset(segment / partSegments) : segmentOffset(segment);
}

async function expectBytes(
  pieces: (bytes: number) => Promise<Uint8Array>,
  expected: Uint8Array,
  otherwise: string,
): Promise<void> {
  const found = await pieces(expected.length);
  if (!Buffer.from(expected).equals(found)) throw new SealBroken(otherwise);
}
