import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { FileIdentity, Pass } from './stored-file.ts';

// How a sealed file lies in its object, byte by byte: docs/file-format.md.

export const headerBytes = 64;
export const saltBytes = 16;
export const tagBytes = 16;
/** Plain bytes of a segment; the last one of a file may have fewer. */
export const segmentBytes = 64 * 1024;
export const sealedSegmentBytes = segmentBytes + tagBytes;
export const partSegments = 128;
/** Plain bytes of a part; the last one of a file may have fewer. */
export const plainPartBytes = partSegments * segmentBytes;
const sealedPartBytes = saltBytes + partSegments * sealedSegmentBytes;
export const algorithm = 'aes-256-gcm';

const magic = Buffer.from('COBENCH\0', 'latin1');
const formatVersion = 1;

/** The bytes that an object begins with, and that every segment of it authenticates. */
export function headerOf({ orgId, fileId, version }: FileIdentity): Buffer {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header, 0);
  header.writeUInt32BE(formatVersion, 8);
  header.writeUInt32BE(segmentBytes, 12);
  header.writeUInt32BE(partSegments, 16);
  uuidBytes(orgId).copy(header, 20);
  uuidBytes(fileId).copy(header, 36);
  header.writeBigUInt64BE(BigInt(version), 52);
  return header;
}

function uuidBytes(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new TypeError(`${id} is no UUID.`);
  return bytes;
}

/**
 * The key of what one pass seals. It knows where the pass began, so that no other pass can be cut to look like it. As a
 * KeyObject: Node makes a cipher of one ten times as fast as of bytes.
 */
export const passKey = (fileKey: Uint8Array, { fromPart, salt }: Pass): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', fileKey, salt, `cobench pass v1|${fromPart}`, 32)));

/** `index`: of the segment in its file. @throws RangeError beyond 2^32 segments, where nonces would repeat. */
export function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Segments of a file of so many plain bytes; an empty one has one that is empty. */
export const segmentsOf = (size: number): number => Math.max(1, Math.ceil(size / segmentBytes));

/** Where a segment begins in its object, behind the salt where it is the first of its part. */
export function segmentOffset(index: number): number {
  const part = Math.floor(index / partSegments);
  return headerBytes + part * sealedPartBytes + saltBytes + (index % partSegments) * sealedSegmentBytes;
}

/** Where a part begins in its object; the first one has the header in front. */
export const partOffset = (part: number): number => (part === 0 ? 0 : headerBytes + part * sealedPartBytes);

/** Bytes of the object of a file of so many plain bytes. */
export function sealedSize(size: number): number {
  const segments = segmentsOf(size);
  const parts = Math.ceil(segments / partSegments);
  return headerBytes + parts * saltBytes + segments * tagBytes + size;
}

/** The pass that sealed a part. */
export const passOf = (passes: readonly Pass[], part: number): Pass | undefined =>
  passes.findLast(({ fromPart }) => fromPart <= part);

/** The passes of an object when another one goes on from a part: what earlier ones had sealed from there on is gone. */
export const withPass = (passes: readonly Pass[], next: Pass): Pass[] => [
  ...passes.filter(({ fromPart }) => fromPart < next.fromPart),
  next,
];
